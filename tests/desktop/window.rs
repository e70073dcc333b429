//! The window as a window: it opens, is found again where it was, follows the system, and lets nothing in or out.

use serde_json::{Value, json};

use crate::desk::{Desk, call, until};

#[test]
fn it_opens_answers_and_closes() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    let title = window.get("/title");
    assert!(title.as_str().is_some_and(|title| title.ends_with("Outlay")), "{title}");
    assert_eq!(call(&window, "version", &json!({}))["version"], env!("CARGO_PKG_VERSION"));
    let refused = call(&window, "get_import", &json!({ "id": "nothing-like-it" }));
    assert_eq!(refused["error"]["code"], "not_found", "an error keeps its kind: {refused}");
    let unknown = call(&window, "no_such_command", &json!({}));
    assert_eq!(unknown["error"]["code"], "usage", "and so does a command that is not there: {unknown}");
    desk.close(window);
}

#[test]
fn all_that_it_keeps_lies_with_the_ledger() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    desk.close(window);
    let home = fs_err::read_dir(desk.path("")).expect("a home").flatten().map(|entry| entry.path());
    // What libraries of the system cache for all programs is theirs.
    let others = [desk.path("cache"), desk.path("bus.conf"), desk.path("said")];
    let kept: Vec<_> = home.filter(|path| !others.contains(path)).collect();
    assert_eq!(kept, [desk.path("data")], "no settings elsewhere, nothing beside");
    let data = fs_err::read_dir(desk.path("data")).expect("data").flatten().map(|entry| entry.path());
    assert_eq!(data.collect::<Vec<_>>(), [desk.data_dir()]);
}

#[test]
fn it_is_found_again_where_it_was() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    desk.close(window);
    let file = desk.data_dir().join("window/place.json");
    let mut place: Value = serde_json::from_slice(&fs_err::read(&file).expect("a place")).expect("JSON");
    assert_eq!(place["main"]["width"], 1200, "where it was is kept when it closes: {place}");
    for (name, pixels) in [("x", 100), ("y", 60), ("width", 900), ("height", 640)] {
        place["main"][name] = json!(pixels);
    }
    fs_err::write(&file, place.to_string()).expect("a file");
    let window = desk.open(&[]);
    until(&window, "innerWidth === 900 && screenX === 100 && screenY === 60");
    desk.close(window);
    let kept: Value = serde_json::from_slice(&fs_err::read(&file).expect("a place")).expect("JSON");
    for name in ["x", "y", "width", "height"] {
        assert_eq!(kept["main"][name], place["main"][name], "{name} is kept");
    }
}

#[test]
fn it_comes_back_to_a_screen_that_is_there() {
    let desk = Desk::new();
    let place = json!({ "main": {
        "width": 3000, "height": 2000, "x": 1200, "y": 700, "prev_x": 1200, "prev_y": 700,
        "maximized": false, "visible": true, "decorated": true, "fullscreen": false,
    } });
    let folder = desk.data_dir().join("window");
    fs_err::create_dir_all(&folder).expect("a folder");
    fs_err::write(folder.join("place.json"), place.to_string()).expect("a file");
    let window = desk.open(&[]);
    // As large as the screen of the tests.
    until(&window, "innerWidth === 1280 && innerHeight <= 800 && screenX === 0 && screenY === 0");
}

#[test]
fn it_follows_the_colours_of_the_system() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    for (dark, name) in [(true, "dark"), (false, "light"), (true, "dark")] {
        desk.choose_colours(dark);
        until(&window, &format!("document.documentElement.dataset.theme === '{name}'"));
    }
}

#[test]
fn it_asks_nobody_and_goes_nowhere() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    let reach = "return Promise.any([
            fetch('https://example.com/'),
            fetch('http://127.0.0.1:1/'),
            new Promise((yes, no) => Object.assign(new Image(), { onload: yes, onerror: no, src: 'https://example.com/a.png' })),
            import('https://example.com/a.js'),
        ]).then(() => 'reached', () => 'refused')";
    assert_eq!(window.run(reach, &[]), "refused");
    let policy = "return new Promise((on) => {
            addEventListener('securitypolicyviolation', (event) => on(event.violatedDirective));
            fetch('https://example.com/').catch(() => {});
        })";
    assert_eq!(window.run(policy, &[]), "connect-src", "the policy refuses it, not the network");
    let address = window.get("/url");
    let leave = "location.href = 'https://example.com/'; open('https://example.com/')";
    window.run(leave, &[]);
    assert_eq!(
        call(&window, "version", &json!({}))["version"],
        env!("CARGO_PKG_VERSION"),
        "the page is still there"
    );
    assert_eq!(window.get("/url"), address);
}

#[test]
fn the_page_may_not_ask_for_more() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    for command in
        ["plugin:window|close", "plugin:dialog|message", "plugin:event|emit", "plugin:path|resolve_directory"]
    {
        let script = "return window.__TAURI_INTERNALS__.invoke(arguments[0], { label: 'main', event: 'x', options: {} })
            .then(() => 'allowed', (error) => String(error))";
        let answer = window.run(script, &[json!(command)]).to_string();
        assert!(answer.contains("not allowed") || answer.contains("not found"), "{command}: {answer}");
    }
}
