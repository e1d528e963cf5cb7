//! Reading the papers.

use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

/// A file or folder of the repository.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// A file's text.
pub(crate) fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every file under `deploy/` with its name in the repository, except secrets that somebody has made there.
pub(crate) fn papers() -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec!["deploy".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(path(&folder)).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = format!("{folder}/{}", entry.file_name().to_str().expect("a name"));
            if entry.file_type().expect("a kind").is_dir() {
                folders.extend((name != "deploy/secrets").then_some(name));
            } else {
                names.push(name);
            }
        }
    }
    names.sort();
    names
}

/// The pages among them.
pub(crate) fn pages() -> Vec<String> {
    papers().into_iter().filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "md")).collect()
}

/// A YAML document as JSON, with its merges carried out.
pub(crate) fn read_yaml(name: &str) -> Value {
    let text = read(name);
    let documents = Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let [document] = documents.as_slice() else { panic!("{name} is not one document") };
    to_json(document)
}

fn to_json(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::from(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::from(*value),
        Yaml::Value(Scalar::FloatingPoint(value)) => Value::from(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => Value::from(value.as_ref()),
        Yaml::Sequence(items) => items.iter().map(to_json).collect(),
        Yaml::Mapping(members) => {
            let mut merged = Map::new();
            let mut own = Map::new();
            for (key, value) in members {
                let (key, value) = (to_json(key), to_json(value));
                match (key.as_str().expect("a text as key"), value) {
                    ("<<", Value::Object(from)) => merged.extend(from),
                    (key, value) => drop(own.insert(key.to_owned(), value)),
                }
            }
            merged.extend(own);
            Value::Object(merged)
        }
        other => panic!("{other:?} has no place here"),
    }
}
