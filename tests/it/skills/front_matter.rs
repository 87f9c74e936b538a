//! What is read from the front matter of texts that are taken.

use super::*;

#[tokio::test]
async fn front_matter_is_read_line_by_line() {
    let (_app, _, bea) = served().await;
    let content = |lines: &str| format!("---\n{lines}\n---\nbody");
    for (content, name, description) in [
        (content("NAME: x\nDescription: y"), "x", "y"),
        (content("name: x\nname: y"), "y", ""),
        (content("metadata:\n  name: x\n  description: deep"), "x", "deep"),
        (content("name: x\ndescription: a # b"), "x", "a # b"),
        (content("name: x\ndescription: \"it's\""), "x", "it's"),
        (content("name: 'x'\ndescription: '\"'"), "x", "\""),
        (content("name: x\ndescription: a: b"), "x", "a: b"),
        (content("name: x\nlicense: none\nwhatever"), "x", ""),
        (content("name: x\ndescription: >\n  one\n  two\n\n  three"), "x", "one two three"),
        (content("name: x\ndescription: >-\n  one\n  two\nother: 1"), "x", "one two"),
        (content("name: x\ndescription: |\n  one\n    two"), "x", "one\n  two"),
        (content("name: x\ndescription: |\n  name: y"), "x", "name: y"),
        (content("name: x\ndescription: >"), "x", ">"),
        ("  ---  \nname: x\n\t---\nbody".to_owned(), "x", ""),
        ("---\r\nname: x\r\ndescription: y\r\n---\r\nbody\r\n".to_owned(), "x", "y"),
        ("\u{FEFF}---\nname: x\n---\nbody".to_owned(), "x", ""),
        ("---\nname: x\n---\n---\nname: Y\n---\n".to_owned(), "x", ""),
    ] {
        let made = post(&bea, "me", &content).await.expect(201).json();
        let read = (made["name"].as_str().unwrap(), made["description"].as_str().unwrap());
        assert_eq!(read, (name, description), "{content:?}");
        assert_eq!(made["content"], content);
        assert_eq!(get(&bea, "me", name).await.expect(200).json(), made);
        delete(&bea, "me", name).await.expect(204);
    }
}
