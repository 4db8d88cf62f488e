//! Matrices on which faer 0.24.4 returns wrong eigenvectors in silence, from `GRADUS_CONFORM_DATA`
//! (default `../shared/data`).

use crate::random::{distance, product};
use gradus_linalg::{Matrix, Svd, SymmetricEigen};
use std::path::{Path, PathBuf};

/// A two-dimensional little-endian f64 array in NPY format.
fn read_npy(path: &Path) -> Matrix {
    let bytes = std::fs::read(path).unwrap();
    let header_length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let (header, body) = bytes[10..].split_at(header_length);
    let header = String::from_utf8_lossy(header);
    assert!(header.contains("'<f8'"), "{header}");
    let shape = header.split_once("'shape': (").unwrap().1.split_once(')').unwrap().0;
    let shape: Vec<usize> = shape.split(',').map(|t| t.trim().parse().unwrap()).collect();
    let data = body.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
    if header.contains("'fortran_order': True") {
        Matrix::from_vec(shape[1], shape[0], data).unwrap().transpose()
    } else {
        Matrix::from_vec(shape[0], shape[1], data).unwrap()
    }
}

fn columns_times(v: &Matrix, values: &[f64]) -> Matrix {
    Matrix::from_fn(v.rows(), v.cols(), |i, j| v[(i, j)] * values[j])
}

#[test]
fn eigenvectors_and_singular_vectors_have_small_residuals() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("GRADUS_CONFORM_DATA").map_or(root.join("../shared/data"), PathBuf::from);
    let folder = folder.join("hard_matrices");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("no matrices at {}: nothing checked; set GRADUS_CONFORM_DATA", folder.display());
        return;
    };
    let mut paths: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let a = read_npy(&path);
        let n = a.rows();
        let tol = 1e-13 * n as f64;
        if name.starts_with("sevd") {
            let eigen = SymmetricEigen::factor(&a).unwrap();
            let v = eigen.vectors();
            let residual = distance(&product(&a, v), &columns_times(v, eigen.values())) / a.norm_max();
            let orthogonal = distance(&product(&v.transpose(), v), &Matrix::identity(n));
            println!(
                "{name}: n = {n}, |A| = {:.1e}, residual {residual:.1e}, V'V - I {orthogonal:.1e}, jacobi {}",
                a.norm_max(),
                eigen.by_jacobi()
            );
            assert!(residual <= tol && orthogonal <= tol, "{name}");
        }
        let svd = Svd::factor(&a).unwrap();
        let rebuilt = product(&columns_times(svd.u(), svd.values()), &svd.v().transpose());
        let residual = distance(&rebuilt, &a) / a.norm_max();
        let orthogonal = distance(&product(&svd.u().transpose(), svd.u()), &Matrix::identity(n))
            .max(distance(&product(&svd.v().transpose(), svd.v()), &Matrix::identity(n)));
        println!("{name}: svd residual {residual:.1e}, orthogonality {orthogonal:.1e}");
        assert!(residual <= tol && orthogonal <= tol, "{name} svd");
    }
}
