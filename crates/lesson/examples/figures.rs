//! Draws every live figure, light and dark, into a folder, and says how long a redraw takes:
//! `cargo run --release -p gradus-lesson --example figures -- FOLDER`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use gradus_plot::live::drawing;
use gradus_plot::{Theme, to_png};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let mut out = std::io::stdout();
    for figure in gradus_lesson::figures::all()? {
        let parameters = figure.parameters();
        let view = figure.view(&BTreeMap::new());
        for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let png = to_png(&view.figure, theme, 1.5)?;
            std::fs::write(folder.join(format!("{}-{name}.png", figure.name())), png)?;
        }
        let mut size = 0;
        let mut times: Vec<f64> = (0..200)
            .map(|k| {
                let part = |i: usize| 0.5 + 0.45 * (f64::from(k) * (0.37 + 0.21 * i as f64)).sin();
                let at = |(i, p): (usize, &gradus_plot::live::Parameter)| {
                    (p.name.clone(), p.low + (p.high - p.low) * part(i))
                };
                let values = parameters.iter().enumerate().map(at).collect();
                let start = Instant::now();
                size = drawing(&figure.view(&values).figure, 720.0).to_bytes().len();
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        writeln!(
            out,
            "{:24} median {:6.2} ms, p95 {:6.2} ms, {:4} KB",
            figure.name(),
            times[100],
            times[190],
            size / 1024
        )?;
    }
    Ok(())
}
