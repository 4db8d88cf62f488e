//! Surfaces, painted from back to front, and the marks in their box.
//!
//! Facets are sorted by the depth of their centre (the painter's algorithm, exact for a height field on a grid seen
//! from outside) and lit by one lamp over the viewer's shoulder. Marks are drawn after the facets: what the surface
//! hides of them is found by rays and drawn faint.

use super::space::{Scenery, Vec3, dot};
use super::{field, spatial, walls};
use crate::display::{Dots, Fill, Ink, Item, Mesh, Point, Stroke};
use crate::theme::light_step;
use crate::{Axes, Colours, Mark, Role, Shape, Surface};

/// The surface of a panel, if it has one.
pub(crate) fn of(axes: &Axes) -> Option<&Surface> {
    axes.marks.iter().find_map(|m| match m {
        Mark::Surface(s) => Some(s),
        _ => None,
    })
}

pub(crate) fn draw(axes: &Axes, scenery: &Scenery<'_>, items: &mut Vec<Item>) {
    walls::draw(axes, &scenery.space, &scenery.camera, items);
    facets(scenery, items);
    path(scenery, items);
    spatial::draw(axes, scenery, items);
}

fn facets(scenery: &Scenery<'_>, items: &mut Vec<Item>) {
    let (grid, camera) = (&scenery.surface.grid, &scenery.camera);
    let (nx, ny) = (grid.x().len(), grid.y().len());
    let range = scenery.space.ranges[2];
    let place = |i: usize, j: usize| {
        scenery.space.at([grid.x()[i], grid.y()[j], grid.value(i, j).clamp(range.0, range.1)])
    };
    let corners: Vec<Vec3> =
        (0..ny).flat_map(|j| (0..nx).map(move |i| (i, j))).map(|(i, j)| place(i, j)).collect();
    // Lamp: the viewer's direction turned up and to the left.
    let lamp = {
        let d: Vec3 = std::array::from_fn(|k| camera.toward[k] - 0.7 * camera.right[k] + 0.9 * camera.up[k]);
        let n = dot(d, d).sqrt();
        d.map(|v| v / n)
    };
    let mut cells: Vec<(f64, [u32; 4], Ink)> = Vec::with_capacity(nx * ny);
    for j in 0..ny - 1 {
        for i in 0..nx - 1 {
            let at = [j * nx + i, j * nx + i + 1, (j + 1) * nx + i + 1, (j + 1) * nx + i];
            let data = at.map(|k| grid.values()[k]);
            if data.iter().any(|z| !z.is_finite()) {
                continue;
            }
            let p = at.map(|k| corners[k]);
            let normal = cross(sub(p[2], p[0]), sub(p[3], p[1]));
            let light = (dot(normal, lamp) / dot(normal, normal).sqrt().max(1e-300)).abs();
            let height = data.iter().map(|z| z / 4.0).sum();
            let middle = |k: usize| p.iter().map(|p| p[k]).sum::<f64>() / 4.0;
            let ink = ink(scenery.surface, height, range, light);
            cells.push((camera.depth([middle(0), middle(1), 0.0]), at.map(|k| k as u32), ink));
        }
    }
    cells.sort_by(|a, b| a.0.total_cmp(&b.0));
    let finite = |p: &Vec3| if p[2].is_finite() { camera.at(*p) } else { camera.centre };
    let points: Vec<Point> = corners.iter().map(finite).collect();
    items.push(Item::Mesh(Mesh { points, faces: cells.into_iter().map(|c| (c.1, c.2)).collect() }));
}

fn ink(surface: &Surface, height: f64, range: (f64, f64), light: f64) -> Ink {
    if surface.tinted {
        let part = (height / 2.0 - range.0 / 2.0) / (range.1 / 2.0 - range.0 / 2.0);
        return Ink::Lit(Role::Relief(part), light_step(light));
    }
    Ink::Rgb(field::colour(height, range, Colours::Sequential).lit(0.72 + 0.33 * light))
}

fn path(scenery: &Scenery<'_>, items: &mut Vec<Item>) {
    let finite = |p: &&Vec3| p.iter().all(|v| v.is_finite());
    let points: Vec<Point> = scenery.surface.path.iter().filter(finite).map(|p| scenery.at(*p)).collect();
    let Some(last) = points.last().copied() else { return };
    items.push(Item::line(points.clone(), Stroke::new(Role::Background, 4.5).opacity(0.8)));
    items.push(Item::line(points.clone(), Stroke::new(Role::Series(1), 2.0)));
    let fill = Fill { ink: Ink::Role(Role::Series(1)), opacity: 1.0 };
    items.push(Item::Dots(Dots { at: points, shape: Shape::Circle, size: 5.0, fill }));
    items.push(Item::Dots(Dots { at: vec![last], shape: Shape::Star, size: 13.0, fill }));
}

fn sub(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
