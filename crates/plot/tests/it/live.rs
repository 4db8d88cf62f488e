//! Drawings for the browser: the bytes read back by a decoder of their own, and the maps between pixels and data.

use gradus_plot::live::{Drawing, PanelMap, drawing};
use gradus_plot::{
    Area, Arrow, Arrow3, Axes, Axis, Contour, Curve3, Dash, Figure, Grid, HeatMap, Line, Plane, Points,
    Points3, Role, Shape, Surface, Text, Theme, to_png, to_svg,
};

/// Reads the format from its documentation alone.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self.0.split_at(N);
        self.0 = rest;
        head.try_into().expect("split at N")
    }

    fn u8(&mut self) -> u8 {
        self.bytes::<1>()[0]
    }

    fn u32(&mut self) -> usize {
        u32::from_le_bytes(self.bytes()) as usize
    }

    fn f32(&mut self) -> f32 {
        f32::from_le_bytes(self.bytes())
    }

    fn f64(&mut self) -> f64 {
        f64::from_le_bytes(self.bytes())
    }

    fn points(&mut self) -> Vec<[f32; 2]> {
        (0..self.u32()).map(|_| [self.f32(), self.f32()]).collect()
    }

    fn span(&mut self) -> Span {
        (self.u8(), self.f64(), self.f64())
    }
}

type Rect = [f32; 4];
type Span = (u8, f64, f64);
type Lines = Vec<Vec<[f32; 2]>>;

/// What the bytes hold, in the order of the format.
#[derive(Debug, Default)]
struct Decoded {
    panels: Vec<(u8, Rect, Span, Span, usize)>,
    labels: Vec<(String, [u8; 4])>,
    outlines: Vec<(u8, [u8; 4], Lines)>,
    dots: Vec<(u8, Vec<[f32; 2]>)>,
    pictures: Vec<(usize, usize)>,
    faces: Vec<([usize; 4], [u8; 4])>,
    mesh: Vec<[f32; 2]>,
    depth: Vec<i32>,
}

fn decode(bytes: &[u8]) -> Decoded {
    let mut r = Reader(bytes);
    let mut out = Decoded::default();
    assert_eq!(r.bytes(), *b"gdr\x01");
    let _size = (r.f32(), r.f32());
    for _ in 0..r.u32() {
        let (kind, rect) = (r.u8(), [r.f32(), r.f32(), r.f32(), r.f32()]);
        let (x, y) = (r.span(), r.span());
        let mut heights = 0;
        if kind == 1 {
            let _z = r.span();
            (0..8).for_each(|_| assert!(r.f64().is_finite()));
            heights = r.u32().pow(2);
            (0..heights).for_each(|_| assert!(r.f32().is_finite()));
        }
        out.panels.push((kind, rect, x, y, heights));
    }
    let mut depth = 0;
    for _ in 0..r.u32() {
        match r.u8() {
            1 => {
                let flags = r.u8();
                let mut ink = [0; 4];
                if flags & 2 != 0 {
                    (ink, _) = (r.bytes(), r.f32());
                }
                if flags & 4 != 0 {
                    let stroke = (r.bytes(), r.f32(), r.f32(), r.u8());
                    ink = if flags & 2 == 0 { stroke.0 } else { ink };
                    assert!(stroke.3 < 4);
                }
                let lines = (0..r.u32()).map(|_| r.points()).collect();
                out.outlines.push((flags, ink, lines));
            }
            2 => {
                let marker = r.u8();
                let _paint: ([u8; 4], f32, f32) = (r.bytes(), r.f32(), r.f32());
                out.dots.push((marker, r.points()));
            }
            3 => {
                let _place = (r.f32(), r.f32(), r.f32(), r.f32(), r.u8(), r.u8());
                let ink = r.bytes();
                let words: Vec<u8> = (0..r.u32()).map(|_| r.u8()).collect();
                out.labels.push((String::from_utf8(words).expect("UTF-8"), ink));
            }
            4 => {
                let _place = (r.f32(), r.f32(), r.f32(), r.f32());
                let size = (r.u32(), r.u32());
                (0..size.0 * size.1).for_each(|_| assert!([0, 255].contains(&r.bytes::<4>()[3])));
                out.pictures.push(size);
            }
            5 => {
                let _rect = (r.f32(), r.f32(), r.f32(), r.f32());
                depth += 1;
            }
            6 => depth -= 1,
            7 => {
                out.mesh = r.points();
                let faces = r.u32();
                out.faces = (0..faces).map(|_| ([r.u32(), r.u32(), r.u32(), r.u32()], r.bytes())).collect();
            }
            kind => panic!("a shape of kind {kind}"),
        }
        out.depth.push(depth);
    }
    assert!(r.0.is_empty(), "{} bytes are left", r.0.len());
    assert_eq!(depth, 0, "a clip has no end");
    out
}

fn hill() -> Grid {
    Grid::sample((-2.0, 2.0), (-1.0, 1.0), 21, |x, y| (-x * x - 2.0 * y * y).exp()).expect("a grid")
}

fn every_kind() -> Figure {
    let flat = Axes::new()
        .title("flat ∇")
        .x(Axis::linear("x").range(0.0, 10.0))
        .y(Axis::log("y").range(1.0, 1000.0))
        .with(Line::new(&[0.0, 10.0], &[1.0, 1000.0]).role(Role::Series(3)).dash(Dash::DashDot))
        .with(Points::new(&[5.0], &[10.0]).shape(Shape::Star))
        .with(Area::new(&[[1.0, 2.0], [4.0, 2.0], [4.0, 20.0]]).label("area"))
        .with(Arrow::new([1.0, 2.0], [5.0, 50.0]).words("v"))
        .with(Text::new(2.0, 5.0, "π"));
    let heat = Axes::new().with(HeatMap::new(hill()));
    let figure = Figure::new("all").columns(2).size(800.0, 700.0).panel(flat).panel(heat);
    let tinted = Axes::new().with(Contour::new(hill()).filled());
    let box_ = Axes::new().z(Axis::linear("z")).with(Surface::new(hill()).tinted());
    figure.panel(tinted).panel(box_)
}

#[test]
fn a_decoder_of_its_own_reads_every_kind_of_shape() {
    let d = decode(&drawing(&every_kind(), 800.0).to_bytes());

    assert_eq!(d.panels.iter().map(|p| p.0).collect::<Vec<_>>(), [0, 0, 0, 1]);
    assert_eq!((d.panels[0].2, d.panels[0].3), ((0, 0.0, 10.0), (1, 1.0, 1000.0)));
    assert_eq!((d.panels[3].2, d.panels[3].4), ((0, -2.0, 2.0), 33 * 33));
    assert!(d.labels.iter().any(|l| l == &("flat ∇".to_string(), [1, 0, 255, 0])));
    assert!(d.labels.iter().any(|l| l.0 == "π"));
    // The diagonal of the panel, in series colour 3.
    let [left, top, width, height] = d.panels[0].1;
    let diagonal = d.outlines.iter().find(|o| o.1 == [6, 3, 255, 0]).expect("the line");
    let near = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).abs() < 1e-3 && (a[1] - b[1]).abs() < 1e-3;
    assert!(near(diagonal.2[0][0], [left, top + height]) && near(diagonal.2[0][1], [left + width, top]));
    assert!(
        d.dots
            .iter()
            .any(|(marker, at)| *marker == 6 && near(at[0], [left + width / 2.0, top + height * 2.0 / 3.0]))
    );
    assert!(d.pictures.contains(&(21, 21)));
    assert_eq!((d.mesh.len(), d.faces.len()), (21 * 21, 20 * 20));
    assert!(
        d.faces.iter().all(|(corners, ink)| corners.iter().all(|k| *k < 441) && ink[0] == 8 && ink[2] < 32)
    );
    assert!(d.depth.contains(&1));
}

fn surface_panel(figure: &Figure) -> (Drawing, PanelMap) {
    let d = drawing(figure, 600.0);
    let map = d.panels[0].clone();
    (d, map)
}

#[test]
fn a_pixel_on_a_surface_leads_back_to_its_point() {
    let figure = Figure::new("").panel(Axes::new().with(Surface::new(hill()).view(-50.0, 35.0)));
    let (d, map) = surface_panel(&figure);
    // The front of the hill and its top are seen; there the way back is unique.
    for (x, y) in [(0.0, 0.0), (0.5, -0.5), (1.0, -0.7), (-0.3, -0.2), (1.5, -0.9)] {
        let pixel = map.pixel(x, y).expect("a pixel");
        let [bx, by] = map.data(pixel).expect("a point");
        assert!((bx - x).abs() < 0.03 && (by - y).abs() < 0.03, "({x}, {y}) came back as ({bx}, {by})");
    }
    assert_eq!(map.data([map.left + 1.0, map.top + 1.0]), None); // beside the box
    assert_eq!(map.pixel(9.0, 0.0), None);
    // The map is that of the picture: the mesh's first point is the corner (-2, -1).
    let corner = map.pixel(-2.0, -1.0).expect("a corner");
    let mesh = decode(&d.to_bytes()).mesh;
    assert!(
        (f64::from(mesh[0][0]) - corner[0]).abs() < 1e-3 && (f64::from(mesh[0][1]) - corner[1]).abs() < 1e-3
    );
}

#[test]
fn what_a_hill_hides_is_faint_and_what_stands_before_it_is_not() {
    // Seen from the side of negative y: the hill hides what lies behind it.
    let dots = |y: f64| {
        let axes = Axes::new()
            .with(Surface::new(hill()).view(-90.0, 15.0))
            .with(Points3::new(&[[0.0, y, 0.3]]).role(Role::Series(1)));
        to_svg(&Figure::new("").panel(axes), Theme::Light)
    };
    let faint = "stroke=\"#d55e00\" stroke-opacity";
    assert!(dots(0.8).contains(faint) && !dots(-0.95).contains(faint));
}

#[test]
fn a_plane_is_cut_where_it_enters_the_surface() {
    // z = x crosses the flat ground z = 0 at x = 0: the part below is drawn apart.
    let ground = Grid::sample((-1.0, 1.0), (-1.0, 1.0), 11, |_, _| 0.0).expect("a grid");
    let axes = |plane: Plane| {
        let z = Axis::linear("z").range(-1.0, 1.0);
        Axes::new()
            .z(z)
            .with(Surface::new(ground.clone()).view(-60.0, 40.0))
            .with(plane.role(Role::Series(2)))
    };
    let figure = Figure::new("").panel(axes(Plane::new([0.0, 0.0, 0.0], [1.0, 0.0], 0.8)));
    let (d, map) = surface_panel(&figure);
    let decoded = decode(&d.to_bytes());
    let areas: Vec<_> = decoded.outlines.iter().filter(|o| o.1 == [6, 2, 255, 0] && o.0 & 2 != 0).collect();
    assert_eq!(areas.len(), 2);
    // The boundary between the two is the line x = 0, in the ground.
    let a = map.pixel(0.0, -0.8).expect("on the ground");
    let near = |p: &[f32; 2]| (f64::from(p[0]) - a[0]).hypot(f64::from(p[1]) - a[1]) < 0.01;
    assert!(areas.iter().all(|o| o.2.iter().flatten().any(near)));
    // Absurd planes are left out or cut off at the box, and nothing breaks.
    for plane in [
        Plane::new([f64::NAN, 0.0, 0.0], [1.0, 0.0], 1.0),
        Plane::new([0.0; 3], [1e300, -1e300], 1e300),
        Plane::new([0.0; 3], [0.0; 2], -1.0),
    ] {
        let (d, _) = surface_panel(&Figure::new("").panel(axes(plane)));
        assert!(d.points().all(|p| p[0].is_finite() && p[1].is_finite()));
    }
}

#[test]
fn arrows_and_curves_in_space_are_drawn_in_every_form() {
    let axes = Axes::new()
        .with(Surface::new(hill()).tinted())
        .with(
            Curve3::new(&[[0.0, -1.0, 0.1], [0.0, 0.0, 1.0], [0.0, 1.0, 0.1], [f64::NAN, 0.0, 0.0]])
                .label("cut"),
        )
        .with(Arrow3::new([0.0, 0.0, 1.0], [0.5, 0.0, 1.0]).words("∇f").label("gradient"))
        .with(Plane::new([0.0, 0.0, 1.0], [0.0, 0.0], 0.5).label("plane"));
    let figure = Figure::new("space").panel(axes);
    let svg = to_svg(&figure, Theme::Auto);
    assert!(svg.contains("∇f") && svg.contains(".gradus-figure .l12-") && svg.contains("gradient"));
    assert!(to_png(&figure, Theme::Dark, 1.0).is_ok());
    assert!(figure.summary().contains("Plane \"plane\""));
}

/// The file that the tests of the browser kit read. `cargo test -- --ignored write_the_drawing` writes it anew.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/drawing.gdr");

#[test]
#[ignore = "writes a file of the tests"]
fn write_the_drawing() {
    std::fs::write(FILE, drawing(&every_kind(), 800.0).to_bytes()).expect("a file");
}

#[test]
fn the_browser_kit_is_tested_with_what_is_drawn_now() {
    let kept = decode(&std::fs::read(FILE).expect("a file"));
    let now = decode(&drawing(&every_kind(), 800.0).to_bytes());
    assert_eq!((&kept.panels, &kept.labels, &kept.faces), (&now.panels, &now.labels, &now.faces));
    let flat = |d: &Decoded| -> Vec<[f32; 2]> {
        let lines = d.outlines.iter().flat_map(|o| o.2.iter().flatten());
        lines.chain(d.dots.iter().flat_map(|(_, at)| at)).chain(&d.mesh).copied().collect()
    };
    let (kept, now) = (flat(&kept), flat(&now));
    assert_eq!(kept.len(), now.len());
    // Sines may differ in their last digit from machine to machine.
    assert!(kept.iter().zip(&now).all(|(a, b)| (a[0] - b[0]).abs() < 1e-2 && (a[1] - b[1]).abs() < 1e-2));
}

/// The colours of the kit's style sheet are those of the themes.
#[test]
fn the_style_sheet_of_the_kit_has_the_colours_of_the_themes() {
    let sheet = include_str!("../../../../doors/lab/web/kit/kit.css");
    let roles = [
        ("background", Role::Background),
        ("text", Role::Text),
        ("muted", Role::Muted),
        ("grid", Role::Grid),
        ("frame", Role::Frame),
        ("contour", Role::Contour),
        ("tint", Role::Tint(1.0)),
        ("relief-low", Role::Relief(0.0)),
        ("relief-high", Role::Relief(1.0)),
    ];
    let names = roles.map(|(name, role)| (name.to_string(), role)).into_iter();
    for (name, role) in names.chain((0..Role::SERIES).map(|n| (format!("series-{n}"), Role::Series(n)))) {
        let [light, dark] = [Theme::Light, Theme::Dark].map(|theme| {
            let c = theme.colour(role);
            format!("#{:02x}{:02x}{:02x}", c.0, c.1, c.2)
        });
        let line = format!("--gradus-{name}: light-dark({light}, {dark});");
        assert_eq!(sheet.matches(&line).count(), 1, "{line}");
    }
}
