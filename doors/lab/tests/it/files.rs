//! Files stay below the folder, whole, and nobody's work is destroyed.

use crate::client::{Lab, Place};
use gradus_lab::folder::{FileError, Folder, Version};
use proptest::prelude::*;
use std::fs;

/// A folder with a sibling that begins with the same letters, and a secret in it.
fn beside() -> (Place, Folder) {
    let place = Place::fresh();
    let root = place.path().join("dir");
    fs::create_dir_all(root.join("sub")).unwrap();
    fs::create_dir_all(place.path().join("dir-evil")).unwrap();
    fs::write(place.path().join("dir-evil/secret.gr.md"), "secret").unwrap();
    fs::write(place.path().join("secret.gr.md"), "secret").unwrap();
    fs::write(root.join("sub/a.gr.md"), "a").unwrap();
    fs::create_dir_all(root.join(".hidden")).unwrap();
    fs::write(root.join(".hidden/b.gr.md"), "b").unwrap();
    let folder = Folder::open(&root).unwrap();
    (place, folder)
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let (place, folder) = beside();
    let absolute = place.path().join("secret.gr.md").display().to_string();
    let below = place.path().join("dir/sub/a.gr.md").display().to_string();
    let long = "a/".repeat(5000) + "a.gr.md";
    let long_part = "a".repeat(300) + ".gr.md";
    for name in [
        "../secret.gr.md",
        "../dir-evil/secret.gr.md",
        "-evil/secret.gr.md",
        "sub/../../secret.gr.md",
        "sub/../sub/a.gr.md",
        "./sub/a.gr.md",
        "sub//a.gr.md",
        "sub/",
        "/",
        "",
        ".",
        "..",
        ".hidden/b.gr.md",
        "..\\secret.gr.md",
        "C:\\secret.gr.md",
        "C:secret.gr.md",
        "sub/a.gr.md::$DATA",
        "sub/a.gr.md\0.txt",
        "sub/a.gr.md\n",
        "\u{202e}/a.gr.md",
        &absolute,
        &below,
        &long,
        &long_part,
    ] {
        assert!(folder.read(name).is_err(), "{name:?} is read");
        assert!(folder.write(name, b"x", None).is_err(), "{name:?} is written");
    }
    assert_eq!(fs::read_to_string(place.path().join("secret.gr.md")).unwrap(), "secret");
    assert_eq!(folder.read("sub/a.gr.md").unwrap().0, b"a");
    assert_eq!(folder.documents(), ["sub/a.gr.md"]);
}

#[test]
fn the_refusal_says_what_is_wrong() {
    let (_place, folder) = beside();
    let said = |name: &str| folder.read(name).unwrap_err().to_string();
    assert_eq!(said("../a"), "`../a` is no name of a file here: a part of it begins with a dot");
    assert_eq!(said("/a"), "`/a` is no name of a file here: it does not begin in the folder");
    assert_eq!(said("a\0"), "`a\\0` is no name of a file here: it has a character that names do not have");
    assert_eq!(said("no.gr.md"), "there is no file `no.gr.md`");
    assert_eq!(said("sub"), "`sub` is not a regular file");
}

#[test]
fn what_is_no_text_is_not_shown_as_text() {
    let (_place, folder) = beside();
    folder.write("latin.gr.md", b"caf\xe9", None).unwrap();
    let refused = folder.read_text("latin.gr.md").unwrap_err();
    assert_eq!(refused.to_string(), "`latin.gr.md` is not text in UTF-8");
    folder.write("utf.gr.md", "café".as_bytes(), None).unwrap();
    assert_eq!(folder.read_text("utf.gr.md").unwrap().0, "café");
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_within_the_folder() {
    use std::os::unix::fs::symlink;
    let (place, folder) = beside();
    let root = place.path().join("dir");
    symlink(place.path().join("secret.gr.md"), root.join("out.gr.md")).unwrap();
    symlink(place.path(), root.join("up")).unwrap();
    symlink(place.path().join("dir-evil"), root.join("evil")).unwrap();
    symlink(place.path().join("new.gr.md"), root.join("dangling.gr.md")).unwrap();
    symlink("loop.gr.md", root.join("loop.gr.md")).unwrap();
    symlink(root.join("sub/a.gr.md"), root.join("in.gr.md")).unwrap();
    for name in ["out.gr.md", "up/secret.gr.md", "evil/secret.gr.md", "dangling.gr.md", "loop.gr.md"] {
        assert!(folder.read(name).is_err(), "{name} is read");
        assert!(folder.write(name, b"x", None).is_err(), "{name} is written");
    }
    assert!(matches!(folder.read("out.gr.md"), Err(FileError::Outside(_))));
    assert!(matches!(folder.write("evil/new.gr.md", b"x", None), Err(FileError::Outside(_))));
    assert!(!place.path().join("new.gr.md").exists());
    assert!(!place.path().join("dir-evil/new.gr.md").exists());
    assert_eq!(fs::read_to_string(place.path().join("secret.gr.md")).unwrap(), "secret");
    // A link to a file of the folder is that file, and stays a link when it is written.
    let version = folder.read("in.gr.md").unwrap().1;
    folder.write("in.gr.md", b"b", Some(&version)).unwrap();
    assert_eq!(fs::read(root.join("sub/a.gr.md")).unwrap(), b"b");
    assert!(root.join("in.gr.md").symlink_metadata().unwrap().is_symlink());
    assert_eq!(folder.documents(), ["in.gr.md", "sub/a.gr.md"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_not_waited_for() {
    let place = Place::fresh();
    let _listener = std::os::unix::net::UnixListener::bind(place.path().join("s.gr.md")).unwrap();
    let folder = Folder::open(place.path()).unwrap();
    assert!(matches!(folder.read("s.gr.md"), Err(FileError::Irregular(_))));
    assert!(folder.write("s.gr.md", b"x", None).is_err());
    assert!(folder.documents().is_empty());
}

#[test]
fn a_write_names_the_content_that_it_replaces() {
    let place = Place::fresh();
    let folder = Folder::open(place.path()).unwrap();
    let first = folder.write("d.gr.md", b"one", None).unwrap();
    // SHA-256 of "one", from coreutils' sha256sum.
    assert_eq!(first.text(), "7692c3ad3540bb803c020b3aee66cd88");
    let second = folder.write("d.gr.md", b"two", Some(&first)).unwrap();
    let late = folder.write("d.gr.md", b"three", Some(&first));
    assert!(matches!(&late, Err(FileError::Conflict { current: Some(v), .. }) if *v == second), "{late:?}");
    assert!(matches!(folder.write("d.gr.md", b"three", None), Err(FileError::Conflict { .. })));
    assert_eq!(folder.read("d.gr.md").unwrap().0, b"two");
    // The same content again destroys nothing.
    assert_eq!(folder.write("d.gr.md", b"two", Some(&first)).unwrap(), second);
    fs::remove_file(place.path().join("d.gr.md")).unwrap();
    let gone = folder.write("d.gr.md", b"four", Some(&second));
    assert!(matches!(gone, Err(FileError::Conflict { current: None, .. })), "{gone:?}");
    let left = fs::read_dir(place.path()).unwrap().count();
    assert_eq!(left, 0, "no temporary file stays");
}

#[test]
fn of_writers_at_once_exactly_one_replaces_a_version() {
    let place = Place::fresh();
    // As two processes would have them.
    let folders = [Folder::open(place.path()).unwrap(), Folder::open(place.path()).unwrap()];
    let mut version = folders[0].write("d.gr.md", b"start", None).unwrap();
    for round in 0..20 {
        let outcomes = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..6)
                .map(|k| {
                    let (folder, version) = (&folders[k % 2], &version);
                    scope.spawn(move || {
                        folder.write("d.gr.md", format!("{round} {k}").as_bytes(), Some(version))
                    })
                })
                .collect();
            writers.into_iter().map(|w| w.join().unwrap()).collect::<Vec<_>>()
        });
        let won: Vec<&Version> = outcomes.iter().flatten().collect();
        assert_eq!(won.len(), 1, "round {round}");
        assert!(outcomes.iter().all(|o| matches!(o, Ok(_) | Err(FileError::Conflict { .. }))));
        assert_eq!(&folders[0].read("d.gr.md").unwrap().1, won[0]);
        version = won[0].clone();
    }
}

#[cfg(unix)]
#[test]
fn a_write_keeps_the_permissions_of_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::fresh();
    let folder = Folder::open(place.path()).unwrap();
    let version = folder.write("d.gr.md", b"one", None).unwrap();
    let path = place.path().join("d.gr.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    folder.write("d.gr.md", b"two", Some(&version)).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_routes_refuse_what_the_folder_refuses() {
    let lab = Lab::start();
    fs::write(lab.place.path().join("plain.txt"), "x").unwrap();
    for (path, status) in [("../x.gr.md", 400), ("/etc/passwd", 400), ("plain.txt", 400), ("none.gr.md", 404)]
    {
        let body = serde_json::json!({ "path": path }).to_string();
        let answer = lab.post("/api/document/read", &body);
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.json()["error"].is_string());
    }
    for path in ["..%2F..%2Fetc%2Fpasswd", "%2Fetc%2Fpasswd", "%00", "..%5C..%5Cx.gr.md", "plain.txt"] {
        assert_eq!(lab.get(&format!("/open?path={path}")).status, 400, "{path}");
    }
    for path in [
        "/assets/../src/lib.rs",
        "/assets/..%2Fsrc%2Flib.rs",
        "/assets//etc/passwd",
        "/assets/%2Fetc%2Fpasswd",
    ] {
        assert_eq!(lab.get(path).status, 404, "{path}");
    }
    for name in ["x.sh", "../x.csv", "a/b.csv", ".csv/../x", "x.gr.md", "", ".x.csv"] {
        let answer =
            lab.post_as("/api/data", "application/octet-stream", &format!("X-Name: {name}\r\n"), b"1,2\n");
        assert_eq!(answer.status, 400, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn whatever_the_name_nothing_outside_is_read_or_written(
        parts in prop::collection::vec(
            prop_oneof![
                Just("..".to_owned()), Just(".".to_owned()), Just("dir-evil".to_owned()), Just("sub".to_owned()),
                Just("secret.gr.md".to_owned()), Just("dir".to_owned()), Just(String::new()), ".{0,6}",
            ],
            0..6,
        ),
        separator in prop_oneof![Just("/"), Just("\\"), Just("//")],
    ) {
        let (place, folder) = beside();
        let name = parts.join(separator);
        if let Ok((content, _)) = folder.read(&name) {
            prop_assert_ne!(content, b"secret");
        }
        let _ = folder.write(&name, b"mine", None);
        prop_assert_eq!(fs::read(place.path().join("secret.gr.md")).unwrap(), b"secret");
        prop_assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3);
        prop_assert_eq!(fs::read_dir(place.path().join("dir-evil")).unwrap().count(), 1);
    }
}
