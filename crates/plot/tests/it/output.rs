//! The documents: well formed, accessible, deterministic, legible, and safe on any data.

use gradus_plot::figures::{contour_with_path, convergence, fit, residuals};
use gradus_plot::{
    Axes, Axis, Band, Bars, Error, ErrorBars, Figure, Format, Grid, HeatMap, Line, Mark, Path, Points,
    Quiver, Role, Rule, Step, Surface, Text, Theme, save, to_png, to_svg,
};

const THEMES: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::Auto];

/// Draws in all themes and both formats; the documents must parse.
fn check(name: &str, figure: &Figure) {
    for theme in THEMES {
        let svg = to_svg(figure, theme);
        assert!(!svg.contains("NaN") || figure.summary().contains("NaN"), "{name}: NaN in the document");
        let document = roxmltree::Document::parse(&svg).unwrap_or_else(|e| panic!("{name}: {e}"));
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"), "{name}");
        let ids: Vec<&str> = document.descendants().filter_map(|n| n.attribute("id")).collect();
        for id in root.attribute("aria-labelledby").unwrap_or_default().split(' ') {
            assert!(ids.contains(&id), "{name}: no element {id}");
        }
    }
    let png = to_png(figure, Theme::Dark, 1.0).unwrap_or_else(|e| panic!("{name}: {e}"));
    let image = tiny_skia::Pixmap::decode_png(&png).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!((image.width(), image.height()), (figure.width as u32, figure.height as u32), "{name}");
}

fn panel(mark: impl Into<Mark>) -> Figure {
    Figure::new("t").panel(Axes::new().with(mark))
}

#[test]
fn awkward_data_are_drawn_without_a_panic() -> Result<(), Error> {
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 5e-324, f64::MAX, f64::MIN, 1.0, -1.0];
    let empty: [f64; 0] = [];
    let holes =
        Grid::sample((0.0, 1.0), (0.0, 1.0), 4, |x, y| if x > y { f64::NAN } else { f64::MAX * (x - y) })?;
    let flat = Grid::sample((0.0, 1.0), (0.0, 1.0), 4, |_, _| 2.0)?;
    for data in [&bad[..], &empty[..], &[3.0], &[7.0; 5], &[1e-9, 1e-9 + 1e-24], &[1e16, 1e16 + 2.0]] {
        let marks: Vec<Mark> = vec![
            Line::by_index(data).into(),
            Line::new(data, data).into(),
            Points::new(data, data).into(),
            Step::new(data, data).into(),
            Band::new(data, data, data).into(),
            Band::under(data, data).into(),
            Bars::histogram(data).into(),
            Bars::histogram(data).density().into(),
            Bars::new(data, data).into(),
            ErrorBars::symmetric(data, data, data).into(),
            Path::new(data, data).into(),
            Quiver::new(data, data, data, data).into(),
            Rule::vertical(data.first().copied().unwrap_or(f64::NAN)).into(),
            Text::new(f64::NAN, 1.0, "x").into(),
        ];
        for mark in marks {
            let name = format!("{mark:?}");
            check(&name, &panel(mark.clone()));
            let log = Axes::new().x(Axis::log("x")).y(Axis::log("y")).with(mark.clone());
            check(&name, &Figure::new("log").panel(log));
            check(&name, &Figure::new("equal").panel(Axes::new().equal_aspect().with(mark)));
        }
        check("convergence", &convergence(data, data));
        check("fit", &fit(data, data, data, data));
        check("residuals", &residuals(data, data));
        let pairs: Vec<[f64; 2]> = data.iter().map(|v| [*v, *v]).collect();
        check("contour", &contour_with_path(flat.clone(), &pairs));
        check("contour", &contour_with_path(holes.clone(), &pairs));
    }
    for grid in [flat, holes] {
        check("heat map", &panel(HeatMap::new(grid.clone()).label("z")));
        check("surface", &panel(Surface::new(grid.clone()).path(&[[0.0, f64::NAN, 1.0], [0.0, 0.5, 1.0]])));
        check("surface", &panel(Surface::new(grid).view(f64::NAN, 1e9)));
    }
    check("no panels", &Figure::new(""));
    check("tiny", &panel(Line::by_index(&[1.0, 2.0])).size(3.0, 2.0));
    Ok(())
}

#[test]
fn hostile_words_stay_words() {
    let evil =
        "</title><script>alert('x')</script> & \"quoted\" \u{0}\u{1}\u{8}\u{fffe} ]]> --> \u{202e}日本語 🎉";
    let axes = Axes::new()
        .title(evil)
        .x(Axis::linear(evil).unit(evil))
        .y(Axis::linear(evil))
        .with(Line::by_index(&[1.0, 2.0]).label(evil))
        .with(Text::new(0.5, 1.5, evil));
    let figure = Figure::new(evil).subtitle(evil).description(evil).panel(axes);
    check("hostile", &figure);
    let svg = to_svg(&figure, Theme::Auto);
    assert!(!svg.contains("<script"));
    let words = "w".repeat(100_000);
    check("long", &Figure::new(words.clone()).panel(Axes::new().x(Axis::linear(words))));
}

#[test]
fn what_is_left_out_is_said() {
    let line = Line::new(&[0.0, 1.0, 2.0, 3.0], &[1.0, 0.0, f64::NAN, -1.0]).label("loss");
    let figure = Figure::new("t").panel(Axes::new().y(Axis::log("y")).with(line));
    let svg = to_svg(&figure, Theme::Light);
    assert!(svg.contains("3 of 4 points of &quot;loss&quot; could not be drawn and were left out."), "{svg}");
    let uneven = Line::new(&[0.0, 1.0, 2.0], &[1.0]);
    assert!(panel(uneven).summary().contains("2 values of the line had no counterpart and were left out."));
    assert!(
        panel(Bars::histogram(&[1.0, 2.0, f64::NAN]))
            .summary()
            .contains("1 of the data behind the bars could not be counted.")
    );
}

#[test]
fn the_same_figure_gives_the_same_bytes() -> Result<(), Error> {
    let figure = convergence(&[3.0, 2.0, 1.0], &[1.0, 0.1, 0.01]);
    assert_eq!(to_svg(&figure, Theme::Auto), to_svg(&figure, Theme::Auto));
    assert_eq!(to_png(&figure, Theme::Light, 1.5)?, to_png(&figure, Theme::Light, 1.5)?);
    Ok(())
}

#[test]
fn every_colour_has_contrast_on_its_page() {
    for theme in THEMES {
        let page = theme.colour(Role::Background);
        for text in [Role::Text, Role::Muted] {
            assert!(theme.colour(text).contrast(page) >= 4.5, "{theme:?} {text:?}");
            assert!(
                theme.colour(text).contrast(theme.colour(Role::Tint(1.0))) >= 3.0,
                "{theme:?} {text:?} on tint"
            );
        }
        let marks = (0..Role::SERIES).map(Role::Series).chain([Role::Contour, Role::Frame]);
        for mark in marks {
            assert!(theme.colour(mark).contrast(page) >= 3.0, "{theme:?} {mark:?}");
        }
    }
}

#[test]
fn the_raster_shows_the_line_in_its_colour() -> Result<(), Error> {
    let figure = panel(Line::by_index(&[0.0, 1.0, 0.0]));
    for theme in [Theme::Light, Theme::Dark] {
        let png = to_png(&figure, theme, 2.0)?;
        let image = tiny_skia::Pixmap::decode_png(&png).map_err(|e| Error::Encode(e.to_string()))?;
        let (page, line) = (theme.colour(Role::Background), theme.colour(Role::Series(0)));
        let count = |c: gradus_plot::colour::Rgb| {
            image.pixels().iter().filter(|p| (p.red(), p.green(), p.blue()) == (c.0, c.1, c.2)).count()
        };
        assert!(count(line) > 1000, "{theme:?}");
        assert!(count(page) > image.pixels().len() / 2, "{theme:?}");
    }
    Ok(())
}

#[test]
fn one_file_serves_both_pages() {
    let svg = to_svg(&panel(Line::by_index(&[1.0, 2.0])), Theme::Auto);
    assert!(svg.contains("prefers-color-scheme:dark"));
    for role in [Role::Background, Role::Text, Role::Muted, Role::Series(0)] {
        for theme in [Theme::Light, Theme::Dark] {
            let gradus_plot::colour::Rgb(r, g, b) = theme.colour(role);
            assert!(svg.contains(&format!("#{r:02x}{g:02x}{b:02x}")), "{theme:?} {role:?}");
        }
    }
    let fixed = to_svg(&panel(Line::by_index(&[1.0, 2.0])), Theme::Dark);
    assert!(!fixed.contains("<style") && !fixed.contains("class=\"f-"));
}

#[test]
fn tick_labels_do_not_overlap() {
    for (low, high) in [(0.0, 1.0), (-1e6, 1e6), (1e-9, 2e-9), (123_456.0, 123_457.0), (0.1, 0.100_001)] {
        for width in [120.0, 200.0, 420.0, 1400.0] {
            let figure = panel(Line::new(&[low, high], &[low, high])).size(width, 300.0);
            let svg = to_svg(&figure, Theme::Light);
            let document = roxmltree::Document::parse(&svg).unwrap_or_else(|e| panic!("{e}"));
            let mut centres: Vec<(f64, usize)> = document
                .descendants()
                .filter(|n| n.attribute("text-anchor") == Some("middle"))
                .filter_map(|n| Some((n.attribute("x")?.parse().ok()?, n.text()?.chars().count())))
                .collect();
            centres.sort_by(|a, b| a.0.total_cmp(&b.0));
            // A digit of Fira Sans at 12 px is 6.72 px wide.
            for w in centres.windows(2) {
                let room = 6.0 * (w[0].1 + w[1].1) as f64 / 2.0;
                assert!(w[1].0 - w[0].0 > room, "[{low}, {high}] at {width}: {centres:?}");
            }
        }
    }
}

#[test]
fn saving_is_by_extension_and_all_or_nothing() -> Result<(), Error> {
    let folder = std::env::temp_dir().join(format!("gradus-plot-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|source| Error::Write { path: folder.clone(), source })?;
    let figure = panel(Line::by_index(&[1.0, 2.0]));
    save(&figure, folder.join("a.svg"), Theme::Auto)?;
    save(&figure, folder.join("b.PNG"), Theme::Dark)?;
    let names = || -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .map(|d| d.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
            .unwrap_or_default();
        names.sort();
        names
    };
    assert_eq!(names(), ["a.svg", "b.PNG"]);
    let gif = save(&figure, folder.join("c.gif"), Theme::Auto);
    assert!(gif.is_err_and(|e| e.to_string().contains("must end in .svg or .png")));
    let huge = save(&panel(Line::by_index(&[1.0])).size(1e9, 10.0), folder.join("d.png"), Theme::Auto);
    assert!(matches!(huge, Err(Error::Size { .. })));
    let nowhere = save(&figure, folder.join("missing/e.svg"), Theme::Auto);
    assert!(nowhere.is_err_and(|e| e.to_string().starts_with("cannot write")));
    assert_eq!(names(), ["a.svg", "b.PNG"]);
    assert!(Format::of("x").is_err());
    let _ = std::fs::remove_dir_all(&folder);
    Ok(())
}
