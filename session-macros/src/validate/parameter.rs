//! Finds `Session` in the type of a handler's parameter.

use syn::{GenericArgument, Path, PathArguments, Type};

use super::types::{argument, text};

/// How a parameter's type mentions `Session`.
pub(super) enum Mention {
    Bare(Path),
    /// With a generic argument, which `bare` leaves out.
    Typed {
        bare: Path,
        schema: String,
    },
    /// Behind a reference, or in another type.
    Wrapped(Path),
}

impl Mention {
    pub(super) fn into_path(self) -> Path {
        match self {
            Mention::Bare(path) | Mention::Typed { bare: path, .. } | Mention::Wrapped(path) => {
                path
            }
        }
    }
}

pub(super) fn mentions_session(ty: &Type) -> Option<Mention> {
    match ty {
        Type::Group(group) => mentions_session(&group.elem),
        Type::Paren(paren) => mentions_session(&paren.elem),
        Type::Reference(reference) => {
            mentions_session(&reference.elem).map(|mention| Mention::Wrapped(mention.into_path()))
        }
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            if last.ident == "Session" {
                let mut bare = path.path.clone();
                let arguments = &mut bare.segments.last_mut()?.arguments;
                return Some(match std::mem::replace(arguments, PathArguments::None) {
                    PathArguments::None => Mention::Bare(bare),
                    _ => {
                        let schema = argument(&path.path).as_ref().map_or("Other".into(), text);
                        Mention::Typed { bare, schema }
                    }
                });
            }
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => {
                    mentions_session(inner).map(|mention| Mention::Wrapped(mention.into_path()))
                }
                _ => None,
            })
        }
        _ => None,
    }
}
