//! The attribute in a crate that imports the runtime under another name.

use rocket::local::blocking::Client;

#[test]
fn generated_code_finds_the_runtime_by_its_new_name() {
    let client = Client::tracked(session_tests_renamed::rocket()).expect("it launches");
    let text = |path| client.get(path).dispatch().into_string().unwrap_or_default();
    assert_eq!(text("/"), "1");
    assert_eq!(text("/required"), "who?");
    assert_eq!(text("/module"), "Some(0) 1");
    assert_eq!(text("/nowhere"), "None");
}
