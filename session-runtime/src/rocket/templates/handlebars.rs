//! Handlebars' helpers: `(get_flashed_messages with_categories=true)`.

use rocket_dyn_templates::handlebars::{
    Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, RenderErrorReason,
    ScopedJson,
};

use super::functions::{self, Function};

pub(super) fn register(handlebars: &mut Handlebars<'_>) {
    for function in functions::ALL {
        handlebars.register_helper(function.name, Box::new(function));
    }
}

impl HelperDef for Function {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        // For Handlebars `{{errors}}` is a helper before it is a name in the context.
        if helper.params().is_empty() && helper.hash().is_empty() {
            let own = render.evaluate(context, &format!("this.{}", self.name))?;
            if !own.is_missing() {
                return Ok(own);
            }
        }
        let positional = helper.params().iter().map(|argument| argument.value().clone());
        let named = helper.hash().iter();
        let named = named.map(|(name, argument)| ((*name).to_owned(), argument.value().clone()));
        let answer = self.run(positional, named);
        answer.map(ScopedJson::Derived).map_err(|why| RenderErrorReason::Other(why).into())
    }
}
