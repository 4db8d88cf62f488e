use gradus_lesson::{Fault, Map};
use std::collections::BTreeSet;

const MAP: &str = include_str!("../../../../lessons/map.toml");

/// The bullets of the roadmap, unit by unit, in its words.
const ROADMAP: [(&str, (u32, u32), [&str; 5]); 6] = [
    (
        "Linear Algebra Essentials",
        (1, 2),
        [
            "Vectors and matrices operations",
            "Matrix decomposition (LU, QR, SVD)",
            "Eigenvalues and eigenvectors",
            "Vector spaces and linear transformations",
            "Principal Component Analysis (PCA) foundations",
        ],
    ),
    (
        "Calculus and Optimization",
        (3, 4),
        [
            "Single and multivariable calculus",
            "Partial derivatives and gradients",
            "Chain rule and backpropagation basics",
            "Optimization techniques (gradient descent variations)",
            "Lagrange multipliers and constrained optimization",
        ],
    ),
    (
        "Probability and Statistics",
        (5, 6),
        [
            "Probability distributions (discrete and continuous)",
            "Conditional probability and Bayes' theorem",
            "Random variables and expectation",
            "Maximum likelihood estimation",
            "Sampling methods and central limit theorem",
        ],
    ),
    (
        "Information Theory and Advanced Statistics",
        (7, 8),
        [
            "Entropy and information gain",
            "Cross-entropy and KL divergence",
            "Statistical hypothesis testing",
            "Confidence intervals",
            "A/B testing fundamentals",
        ],
    ),
    (
        "Advanced Optimization",
        (9, 10),
        [
            "Convex optimization",
            "Stochastic gradient descent variants",
            "Newton's method and quasi-Newton methods",
            "Regularization techniques",
            "Learning rate scheduling",
        ],
    ),
    (
        "Advanced Topics and Applications",
        (11, 12),
        [
            "Matrix calculus",
            "Tensor operations",
            "Information geometry",
            "Optimal transport",
            "Mathematical foundations of deep learning architectures",
        ],
    ),
];

const THROUGHOUT: [&str; 5] = [
    "Implementing algorithms from scratch",
    "Mathematical proofs of key ML concepts",
    "Optimization problem solving",
    "Statistical analysis of real datasets",
    "Mathematical modeling of ML systems",
];

/// The addresses that the roadmap gives.
const ADDRESSES: [&str; 10] = [
    "https://www.youtube.com/watch?v=fNk_zzaMoSs&list=PLZHQObOWTQDPD3MizzM2xVFitgF8hE_ab",
    "https://www.youtube.com/watch?v=WUvTyaaNkzM&list=PLZHQObOWTQDMsr9K-rj53DwVRMYO3t5Yr",
    "https://www.youtube.com/watch?v=R1s_NYXffvE&list=PLZHQObOWTQDP5CVelJJnqJsoi4mdKcty",
    "https://www.youtube.com/watch?v=y5VdtQSqiAI&list=PLruBu5BI5n4aFpG32iMbdWoRVAA-Vcso6&index=2&pp=iAQB",
    "https://www.youtube.com/watch?v=r_DzFQj_gJk&list=PLruBu5BI5n4aFpG32iMbdWoRVAA-Vcso6&index=1&pp=iAQB",
    "https://www.youtube.com/watch?v=rUxP7TM8-wo",
    "https://www.youtube.com/watch?v=uHUOwZmfUzY",
    "https://www.youtube.com/playlist?list=PLdkTDauaUnQpzuOCZyUUZc0lxf4-PXNR5",
    "https://www.youtube.com/watch?v=llUNUDSXc-U",
    "https://www.youtube.com/watch?v=aircAruvnKk&list=PLZHQObOWTQDNU6R1_67000Dx_ZCJB-3pi",
];

fn course() -> Map {
    match Map::read(MAP, &|_| false) {
        Ok(map) => map,
        Err(problems) => panic!("{problems:#?}"),
    }
}

#[test]
fn every_bullet_of_the_roadmap_is_a_topic_in_its_place() {
    let map = course();
    assert_eq!(map.weeks, 12);
    assert_eq!(map.units.len(), ROADMAP.len());
    for (unit, (title, weeks, bullets)) in map.units.iter().zip(ROADMAP) {
        assert_eq!(unit.title, title);
        assert_eq!(unit.weeks, weeks);
        let titles: Vec<&str> = unit.topics.iter().map(|t| t.title.as_str()).collect();
        assert_eq!(titles, bullets);
    }
    let strands: Vec<&str> = map.strands.iter().map(|s| s.title.as_str()).collect();
    assert_eq!(strands, THROUGHOUT);
}

#[test]
fn every_address_of_the_roadmap_is_a_resource() {
    let map = course();
    let all: BTreeSet<&str> =
        map.units.iter().flat_map(|u| &u.resources).chain(&map.resources).map(|r| r.url.as_str()).collect();
    for address in ADDRESSES {
        assert!(all.contains(address), "{address}");
    }
    for by in ["Deisenroth, Faisal and Ong", "Goodfellow, Bengio and Courville", "Bishop"] {
        assert!(map.resources.iter().any(|r| r.by.as_deref() == Some(by) && r.kind == "book"), "{by}");
    }
}

#[test]
fn every_topic_says_what_it_is_about() {
    for topic in course().topics() {
        assert!(topic.about.ends_with(['.', '?']), "{}: {}", topic.id, topic.about);
    }
}

#[test]
fn layers_point_forward_and_hold_each_topic_once() {
    let map = course();
    let layers = map.layers();
    let layer_of = |id: &str| layers.iter().position(|l| l.contains(&id)).unwrap();
    assert_eq!(layers.iter().map(Vec::len).sum::<usize>(), 30);
    for topic in map.topics() {
        let deepest = topic.needs.iter().map(|n| layer_of(n) + 1).max().unwrap_or(0);
        assert_eq!(layer_of(&topic.id), deepest, "{}", topic.id);
    }
    assert_eq!(layers[0], ["vectors-and-matrices", "single-and-multivariable-calculus"]);
    assert!(layers[1].contains(&"partial-derivatives-and-gradients"));
}

#[test]
fn what_comes_next_is_what_has_all_its_needs() {
    let map = course();
    assert_eq!(map.next(&BTreeSet::new()), ["vectors-and-matrices", "single-and-multivariable-calculus"]);
    let done = ["vectors-and-matrices", "single-and-multivariable-calculus"].map(str::to_owned).into();
    assert_eq!(
        map.next(&done),
        ["vector-spaces-and-linear-maps", "partial-derivatives-and-gradients", "probability-distributions"]
    );
    // Following it to the end does every topic once.
    let mut done = BTreeSet::new();
    while let Some(next) = map.next(&done).first().map(|t| (*t).to_owned()) {
        done.insert(next);
    }
    assert_eq!(done.len(), 30);
    let gradients = "partial-derivatives-and-gradients";
    assert_eq!(map.before(gradients), ["single-and-multivariable-calculus", "vectors-and-matrices"]);
    assert!(map.leads_to(gradients).contains(&"gradient-descent"));
}

#[test]
fn a_topic_is_written_when_its_file_is_there() {
    let map = Map::read(MAP, &|path| path == "calculus/gradient-descent.md").unwrap();
    let written: Vec<&str> = map.topics().filter(|t| t.written).map(|t| t.id.as_str()).collect();
    assert_eq!(written, ["gradient-descent"]);
}

#[test]
fn every_mistake_of_a_map_is_told_with_its_line() {
    let text = "title = 'T'\nwekes = 3\n[[unit]]\nid = 'A unit'\ntitle = 'U'\nweeks = [2, 1]\n\
                [[unit.topic]]\nid = 'a'\ntitle = 'A'\nneeds = ['b', 'cc']\n[[unit.topic]]\nid = 'b'\nneeds = ['a']\n\
                [[unit.topic]]\nid = 'a'\ntitle = 3\n[[unit.resource]]\ntitle = 'R'\nurl = 'javascript:alert(1)'\n";
    let problems = Map::read(text, &|_| false).unwrap_err();
    let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "line 2: `the map` knows no key `wekes`; it knows title, weeks, unit, strand, resource",
            "line 4: `A unit` is no id: write lower-case letters, digits and single hyphens",
            "line 6: `weeks` is array, where the first and the last week was expected",
            "line 11: `topic` has no `title`",
            "line 15: `a` is there already",
            "line 15: there is no topic `cc`",
            "line 15: these topics need each other in a circle: a needs b needs a",
            "line 16: `title` is integer, where a text was expected",
            "line 19: `javascript:alert(1)` is no address on the web: write https://...",
        ]
    );
}

#[test]
fn what_is_no_toml_is_an_error_and_no_panic() {
    for text in ["[[unit", "title = ", "unit = 3", "\u{0}", "[[unit]]\n[[unit.topic]]\nid=1"] {
        assert!(Map::read(text, &|_| false).is_err(), "{text:?}");
    }
    let problems = Map::read("title = 'T'\nweeks = = 2\n", &|_| false).unwrap_err();
    assert!(problems.iter().any(|p| p.line == 2 && matches!(p.fault, Fault::NotToml(_))), "{problems:?}");
}

#[test]
fn a_long_chain_of_needs_does_not_overflow() {
    let mut text = "title = 'T'\nweeks = 1\n[[unit]]\nid = 'u'\ntitle = 'U'\nweeks = [1, 1]\n".to_owned();
    for k in (0..1_000).rev() {
        let needs = if k == 0 { String::new() } else { format!("'t{}'", k - 1) };
        text.push_str(&format!("[[unit.topic]]\nid = 't{k}'\ntitle = 'T'\nneeds = [{needs}]\n"));
    }
    let map = Map::read(&text, &|_| false).unwrap();
    assert_eq!(map.layers().len(), 1_000);
}
