use crate::course::course;
use gradus_lesson::search::{HitKind, Index};

fn index() -> Index {
    let (map, lessons) = course();
    Index::new(&map, &lessons)
}

#[test]
fn a_word_of_a_title_finds_its_topic_first() {
    let hits = index().search("lagrange", 5);
    assert_eq!((hits[0].kind, hits[0].topic.as_str()), (HitKind::Topic, "lagrange-multipliers"));
    assert_eq!(hits[0].why, "\u{201C}lagrange\u{201D} is \u{201C}lagrange\u{201D} in its title");
    assert_eq!(hits[0].below, "The best point among those that are allowed.");
}

#[test]
fn definitions_theorems_headings_and_formulas_are_found() {
    let index = index();
    let definition = index.search("directional derivative", 10);
    assert!(
        definition.iter().any(|h| h.kind == HitKind::Definition
            && h.anchor.as_deref() == Some("definition-directional-derivative")),
        "{definition:#?}"
    );
    assert!(index.search("steepest ascent", 10).iter().any(|h| h.kind == HitKind::Theorem));
    assert!(
        index.search("summary", 10).iter().any(|h| h.kind == HitKind::Heading)
            || !index.search("counterexample", 10).is_empty()
    );
    assert!(index.search("nabla f", 10).iter().any(|h| h.kind == HitKind::Formula));
}

#[test]
fn beginnings_case_accents_and_one_wrong_letter_do_not_matter() {
    let index = index();
    let first = |query: &str| index.search(query, 1).first().map(|h| h.topic.clone());
    for query in ["eigen", "EIGENVALUES", "eigénvalues", "eigenvlaues", "eigenvalue eigenvectr"] {
        assert_eq!(first(query).as_deref(), Some("eigenvalues-and-eigenvectors"), "{query}");
    }
    assert_eq!(first("kl"), Some("cross-entropy-and-kl-divergence".to_owned()));
    assert_eq!(first("zzzz"), None);
    assert_eq!(first("  ,.- "), None);
}

#[test]
fn each_word_must_be_met_and_the_limit_holds() {
    let index = index();
    assert!(index.search("gradient zebra", 10).is_empty());
    assert_eq!(index.search("a", 3).len(), 3);
    let scores: Vec<f64> = index.search("gradient", 20).iter().map(|h| h.score).collect();
    assert!(scores.windows(2).all(|w| w[0] >= w[1]), "{scores:?}");
}
