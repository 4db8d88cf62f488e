//! Graphs and mathematics in labels, in every form of output.

use gradus_plot::live::drawing;
use gradus_plot::{Axes, Axis, Figure, Graph, Role, Text, Theme, to_png, to_still_svg, to_svg};

fn triangle() -> Graph {
    Graph::new(&[[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]], &[[0, 1], [1, 2], [2, 2], [0, 9]])
        .labels(["a", "b", "the last"])
        .notes(["one", "two"])
        .weights(["3", r"\(x^2\)"])
        .directed()
}

fn figure(graph: Graph) -> Figure {
    Figure::new("t").panel(Axes::new().bare().with(graph.role(Role::Series(1))))
}

#[test]
fn a_graph_has_its_nodes_edges_and_words() {
    let svg = to_svg(&figure(triangle()), Theme::Light);
    let document = roxmltree::Document::parse(&svg).expect("well formed");
    let words: Vec<&str> =
        document.descendants().filter(|n| n.has_tag_name("text")).filter_map(|n| n.text()).collect();
    for word in ["a", "b", "the last", "one", "two", "3", "x", "2"] {
        assert!(words.contains(&word), "{word} is not in {words:?}");
    }
    let nodes = document
        .descendants()
        .filter(|n| n.attribute("stroke") == Some("#d55e00") && n.attribute("fill") == Some("#ffffff"));
    assert_eq!(nodes.count(), 3);
    // Two arrow heads: the edge to itself and the one to nowhere are left out, and said to be.
    let heads = document.descendants().filter(|n| n.attribute("fill") == Some("#868e9a"));
    assert_eq!(heads.count(), 2);
    let summary = figure(triangle()).summary();
    assert!(summary.contains("Graph with 3 nodes and 2 edges: a to b, b to the last."), "{summary}");
    assert!(summary.contains("2 edges have no node to join"), "{summary}");
    assert!(!summary.contains("Horizontal"), "{summary}");
}

#[test]
fn edges_end_at_the_rims_of_their_nodes() {
    // Two nodes beside each other: the line lies between their rims, 15 pixels from each centre.
    let graph = Graph::new(&[[0.0, 0.0], [1.0, 0.0]], &[[0, 1]]);
    let axes = Axes::new().bare().x(Axis::linear("").range(0.0, 1.0)).y(Axis::linear("").range(-1.0, 1.0));
    let svg = to_svg(&Figure::new("").panel(axes.with(graph)), Theme::Light);
    let map = &drawing(&Figure::new("").panel(Axes::new().bare()), 720.0).panels[0];
    let start = format!("M{}", map.left + 15.0);
    let line = svg.lines().find(|l| l.contains("stroke=\"#868e9a\"")).expect("an edge");
    assert!(line.contains(&start), "{line} does not begin with {start}");
    let length: f64 = line
        .split('l')
        .next_back()
        .and_then(|d| d.split(' ').next())
        .and_then(|n| n.parse().ok())
        .expect("a length");
    assert!((length - (map.width - 32.0)).abs() < 0.02, "{length} of {}", map.width);
}

#[test]
fn absurd_graphs_are_drawn_without_a_panic() {
    let nodes = [[f64::NAN, 0.0], [1.0, f64::INFINITY], [1e300, -1e300], [1.0, 1.0], [1.0, 1.0]];
    let edges: Vec<[usize; 2]> = (0..6).flat_map(|a| (0..6).map(move |b| [a, b])).collect();
    for nodes in [&nodes[..], &[], &nodes[3..]] {
        let figure = figure(Graph::new(nodes, &edges).labels(vec!["w".repeat(5000); 3]));
        assert!(roxmltree::Document::parse(&to_svg(&figure, Theme::Auto)).is_ok());
        assert!(drawing(&figure, 300.0).points().all(|p| p[0].is_finite() && p[1].is_finite()));
        assert!(to_png(&figure, Theme::Dark, 1.0).is_ok());
    }
}

#[test]
fn mathematics_in_labels_is_set_and_read_aloud() {
    let axes = Axes::new()
        .title(r"\(D_u f\) = 1")
        .x(Axis::linear(r"\(x\)"))
        .y(Axis::linear(r"\(f(x, y)\)"))
        .with(Text::new(0.5, 0.5, r"\(∇f\)"));
    let figure = Figure::new("").panel(axes);
    let svg = to_svg(&figure, Theme::Light);
    assert!(!svg.contains("\\("), "{svg}");
    assert!(svg.contains("font-style=\"italic\"") && svg.contains(">∇</text>"));
    let summary = figure.summary();
    assert!(summary.contains("Horizontal axis: x. Vertical axis: f(x, y)."), "{summary}");
    assert!(to_png(&figure, Theme::Light, 1.0).is_ok());
    let bytes = drawing(&figure, 400.0).to_bytes();
    assert!(!bytes.windows(2).any(|w| w == b"\\("));
}

#[test]
fn a_still_picture_stands_on_the_page_and_needs_no_font() {
    let figure = Figure::new("still").panel(Axes::new().title(r"\(∇f\)").with(Text::new(1.0, 2.0, "halo")));
    let still = to_still_svg(&figure);
    let document = roxmltree::Document::parse(&still).expect("well formed");
    assert!(!document.descendants().any(|n| n.has_tag_name("text")));
    let ids: Vec<&str> = document.descendants().filter_map(|n| n.attribute("id")).collect();
    let uses: Vec<&str> = document
        .descendants()
        .filter(|n| n.has_tag_name("use"))
        .filter_map(|n| n.attribute("href"))
        .collect();
    assert!(uses.len() > 5 && uses.iter().all(|u| ids.contains(&u.trim_start_matches('#'))));
    // No area covers all of it.
    assert!(!still.contains("M0 0l720"), "{still}");
    assert!(to_svg(&figure, Theme::Auto).contains("M0 0l720"));
}
