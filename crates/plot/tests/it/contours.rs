//! Marching squares against closed forms.

use std::f64::consts::PI;

use gradus_plot::{Error, Grid, Levels, contour_levels, contour_lines, contour_region};

fn area(polygons: &[Vec<[f64; 2]>]) -> f64 {
    let shoelace =
        |p: &Vec<[f64; 2]>| p.windows(2).map(|w| 0.5 * (w[0][0] * w[1][1] - w[1][0] * w[0][1])).sum::<f64>();
    polygons.iter().map(shoelace).sum::<f64>().abs()
}

#[test]
fn a_circle_is_one_closed_line_with_the_right_radius_and_area() -> Result<(), Error> {
    let bowl = Grid::sample((-2.0, 2.0), (-2.0, 2.0), 201, |x, y| x * x + y * y)?;
    let lines = contour_lines(&bowl, 1.0);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].first(), lines[0].last());
    for p in &lines[0] {
        // Linear interpolation of a quadratic errs by at most h^2 / 8 * f'' / |f'| with h = 0.02.
        assert!((p[0].hypot(p[1]) - 1.0).abs() < 1e-4, "{p:?}");
    }
    assert!((area(&lines) - PI).abs() < 1e-3);
    Ok(())
}

#[test]
fn the_region_above_a_level_is_closed_along_the_border() -> Result<(), Error> {
    let bowl = Grid::sample((-2.0, 2.0), (-2.0, 2.0), 201, |x, y| x * x + y * y)?;
    let region = contour_region(&bowl, 1.0);
    assert!(region.iter().all(|p| p.first() == p.last()));
    let areas: Vec<f64> = region.iter().map(|p| area(std::slice::from_ref(p))).collect();
    // The square of side 4, and the hole that the circle leaves in it.
    assert!(areas.iter().any(|a| (a - 16.0).abs() < 1e-9), "{areas:?}");
    assert!(areas.iter().any(|a| (a - PI).abs() < 1e-3), "{areas:?}");
    Ok(())
}

#[test]
fn the_lines_of_a_saddle_do_not_cross() -> Result<(), Error> {
    // One cell whose four edges are crossed; its middle value 0 is below the level.
    let saddle = Grid::new(&[0.0, 1.0], &[0.0, 1.0], &[1.0, -1.0, -1.0, 1.0])?;
    let lines = contour_lines(&saddle, 0.5);
    assert_eq!(lines.len(), 2);
    // Each line cuts off one of the high corners (0, 0) and (1, 1): x + y is 1/4 or 7/4 on it.
    for line in lines {
        let sums: Vec<f64> = line.iter().map(|p| p[0] + p[1]).collect();
        assert!(
            sums.iter().all(|s| (s - 0.25).abs() < 1e-12) || sums.iter().all(|s| (s - 1.75).abs() < 1e-12)
        );
    }
    Ok(())
}

#[test]
fn holes_carry_no_lines_and_constants_no_levels() -> Result<(), Error> {
    let hole = Grid::sample((-1.0, 1.0), (-1.0, 1.0), 41, |x, y| if x > 0.0 { f64::NAN } else { x + y })?;
    assert!(contour_lines(&hole, 0.0).iter().flatten().all(|p| p[0] <= 0.0));
    let flat = Grid::sample((0.0, 1.0), (0.0, 1.0), 5, |_, _| 3.0)?;
    assert!(contour_levels(&flat, &Levels::About(8)).is_empty());
    let nothing = Grid::sample((0.0, 1.0), (0.0, 1.0), 5, |_, _| f64::NAN)?;
    assert!(contour_levels(&nothing, &Levels::About(8)).is_empty());
    Ok(())
}

#[test]
fn a_narrow_valley_gets_growing_levels() -> Result<(), Error> {
    let rosenbrock = |x: f64, y: f64| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2);
    let valley = Grid::sample((-2.0, 2.0), (-1.0, 3.0), 81, rosenbrock)?;
    let levels = contour_levels(&valley, &Levels::About(10));
    assert!(levels.contains(&1.0) && levels.contains(&1000.0), "{levels:?}");
    Ok(())
}

#[test]
fn bad_grids_are_named_with_their_evidence() {
    let message = |r: Result<Grid, Error>| r.map_or_else(|e| e.to_string(), |_| String::new());
    assert_eq!(
        message(Grid::new(&[0.0, 1.0], &[0.0, 1.0], &[1.0])),
        "a grid of 2 x 2 points needs 4 values and at least 2 points a side, but 1 values were given"
    );
    assert_eq!(
        message(Grid::new(&[0.0, 1.0], &[0.0, 0.0], &[1.0; 4])),
        "grid coordinate y[1] = 0 must be finite and larger than the one before it"
    );
    assert!(message(Grid::sample((0.0, 1.0), (0.0, 1.0), 1, |_, _| 0.0)).contains("1 x 1"));
}
