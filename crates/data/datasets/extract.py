"""Rebuild the bundled data sets from their published packages.

    pip install scikit-learn==1.9.1 statsmodels==0.15.0 palmerpenguins==0.1.6
    python extract.py [FOLDER_OF_NIST_DAT_FILES]

Writes, beside this script, one CSV for each set (gzipped above 100 kB), `columns.tsv` with the kind, unit and
meaning of every column, and, when a folder is given, copies the NIST files in use to `nist/`.
Values are written as the shortest decimals that read back to the same double; nothing is rescaled.
"""

import csv
import gzip
import importlib.metadata
import io
import math
import pathlib
import sys

import palmerpenguins
import sklearn.datasets
import statsmodels.api

HERE = pathlib.Path(__file__).parent
PINNED = {"scikit-learn": "1.9.1", "statsmodels": "0.15.0", "palmerpenguins": "0.1.6"}

NIST = """
Bennett5 BoxBOD Chwirut1 Chwirut2 DanWood ENSO Eckerle4 Gauss1 Gauss2 Gauss3 Hahn1 Kirby2 Lanczos1 Lanczos2 Lanczos3
MGH09 MGH10 MGH17 Misra1a Misra1b Misra1c Misra1d Nelson Rat42 Rat43 Roszman1 Thurber
Filip Longley NoInt1 NoInt2 Norris Pontius Wampler1 Wampler2 Wampler3 Wampler4 Wampler5
Lew Lottery Mavro Michelso NumAcc1 NumAcc2 NumAcc3 NumAcc4
""".split()


def decimal(value):
    """The shortest text of a number; integers without a point; missing as the empty cell."""
    if isinstance(value, str):
        return value
    value = float(value)
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


def write(name, header, rows):
    """Writes one set as CSV, compressed when it is above 100 kB."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(header)
    out.writerows([decimal(v) for v in row] for row in rows)
    data = text.getvalue().encode("ascii")
    if len(data) > 100_000:
        (HERE / f"{name}.csv.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    else:
        (HERE / f"{name}.csv").write_bytes(data)


def from_sklearn(name, columns, target, labels=True, **options):
    """Features then target; the target as its label, or as a number where `labels` is false."""
    bunch = getattr(sklearn.datasets, "load_" + name)(**options)
    assert bunch.data.shape[1] == len(columns), (name, bunch.data.shape)
    answer = [str(bunch.target_names[t]) for t in bunch.target] if labels else list(bunch.target)
    write(name, [c for c, *_ in columns] + [target[0]], [[*x, t] for x, t in zip(bunch.data, answer)])
    return [(name, *c) for c in [*columns, target]]


def from_frame(name, frame, columns):
    assert [c for c, *_ in columns] == [c.lower() for c in frame.columns], (name, list(frame.columns))
    rows = [[v if isinstance(v, str) else float(v) for v in row] for row in frame.itertuples(index=False)]
    write(name, [c for c, *_ in columns], rows)
    return [(name, *c) for c in columns]


def breast_cancer_columns():
    parts = [
        ("radius", "distance from the centre to the perimeter"),
        ("texture", "standard deviation of the grey levels"),
        ("perimeter", "length of the nucleus's outline"),
        ("area", "area of the nucleus"),
        ("smoothness", "local variation in radius lengths"),
        ("compactness", "perimeter^2 / area - 1"),
        ("concavity", "severity of the concave portions of the outline"),
        ("concave_points", "number of concave portions of the outline, scaled"),
        ("symmetry", "relative difference of lengths on both sides of the longest chord"),
        ("fractal_dimension", "coastline approximation - 1"),
    ]
    forms = [("mean_{}", "mean over nuclei: {}"), ("{}_error", "standard error over nuclei: {}"),
             ("worst_{}", "mean of the three largest: {}")]
    # Lengths are in the image's scale, which the source does not state.
    return [(n.format(p), "number", "", d.format(t)) for n, d in forms for p, t in parts]


def main():
    for package, version in PINNED.items():
        found = importlib.metadata.version(package)
        assert found == version, f"{package} is {found}, pinned to {version}"

    rows = []
    rows += from_sklearn("iris", [
        ("sepal_length", "number", "cm", "length of the sepal"),
        ("sepal_width", "number", "cm", "width of the sepal"),
        ("petal_length", "number", "cm", "length of the petal"),
        ("petal_width", "number", "cm", "width of the petal"),
    ], ("species", "category", "", "species of iris"))
    rows += from_sklearn("wine", [
        ("alcohol", "number", "% vol", "alcohol by volume"),
        ("malic_acid", "number", "g/l", "malic acid"),
        ("ash", "number", "g/l", "ash"),
        ("alcalinity_of_ash", "number", "", "alcalinity of the ash"),
        ("magnesium", "integer", "mg/l", "magnesium"),
        ("total_phenols", "number", "", "total phenols"),
        ("flavanoids", "number", "", "flavanoid phenols"),
        ("nonflavanoid_phenols", "number", "", "phenols other than flavanoids"),
        ("proanthocyanins", "number", "", "proanthocyanins"),
        ("color_intensity", "number", "", "intensity of the colour"),
        ("hue", "number", "", "hue"),
        ("od280_od315", "number", "", "ratio of optical densities at 280 and 315 nm of the diluted wine"),
        ("proline", "integer", "mg/l", "proline"),
    ], ("cultivar", "category", "", "cultivar that the wine was made from"))
    rows += from_sklearn("breast_cancer", breast_cancer_columns(),
                         ("diagnosis", "category", "", "diagnosis of the breast mass"))
    rows += from_sklearn("diabetes", [
        ("age", "integer", "years", "age"),
        ("sex", "integer", "", "sex, coded 1 and 2"),
        ("bmi", "number", "kg/m^2", "body mass index"),
        ("bp", "number", "mmHg", "average blood pressure"),
        ("s1", "integer", "mg/dl", "total serum cholesterol"),
        ("s2", "number", "mg/dl", "low-density lipoproteins"),
        ("s3", "number", "mg/dl", "high-density lipoproteins"),
        ("s4", "number", "", "total cholesterol / HDL"),
        ("s5", "number", "", "possibly the logarithm of the serum triglycerides level"),
        ("s6", "integer", "mg/dl", "blood sugar level"),
    ], ("progression", "integer", "", "disease progression one year after baseline"), labels=False, scaled=False)
    rows += from_sklearn("digits", [
        (f"pixel_{r}_{c}", "integer", "", f"ink in row {r}, column {c} of the 8 x 8 image, 0 to 16")
        for r in range(1, 9) for c in range(1, 9)
    ], ("digit", "integer", "", "the digit written, 0 to 9"), labels=False)

    rows += from_frame("penguins", palmerpenguins.load_penguins(), [
        ("species", "category", "", "species of penguin"),
        ("island", "category", "", "island of the Palmer Archipelago, Antarctica"),
        ("bill_length_mm", "number", "mm", "length of the bill"),
        ("bill_depth_mm", "number", "mm", "depth of the bill"),
        ("flipper_length_mm", "integer", "mm", "length of the flipper"),
        ("body_mass_g", "integer", "g", "body mass"),
        ("sex", "category", "", "sex, where it was determined"),
        ("year", "integer", "", "year of the study"),
    ])
    rows += from_frame("longley", statsmodels.api.datasets.longley.load_pandas().data, [
        ("totemp", "integer", "1000 people", "total employment"),
        ("gnpdefl", "number", "1954 = 100", "implicit deflator of the gross national product"),
        ("gnp", "integer", "million US dollars", "gross national product"),
        ("unemp", "integer", "1000 people", "unemployed"),
        ("armed", "integer", "1000 people", "size of the armed forces"),
        ("pop", "integer", "1000 people", "population not in institutions, 14 years and older"),
        ("year", "integer", "", "year"),
    ])
    rows += from_frame("nile", statsmodels.api.datasets.nile.load_pandas().data, [
        ("year", "integer", "", "year"),
        ("volume", "integer", "10^8 m^3", "annual discharge at Aswan"),
    ])
    rows += from_frame("engel", statsmodels.api.datasets.engel.load_pandas().data, [
        ("income", "number", "Belgian francs", "annual household income"),
        ("foodexp", "number", "Belgian francs", "annual household expenditure on food"),
    ])

    lines = ["dataset\tcolumn\tkind\tunit\tdescription"] + ["\t".join(r) for r in rows]
    (HERE / "columns.tsv").write_text("\n".join(lines) + "\n")

    if len(sys.argv) > 1:
        for name in NIST:
            text = (pathlib.Path(sys.argv[1]) / f"{name}.dat").read_text("latin-1")
            text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
            (HERE / "nist" / f"{name}.dat").write_text(text, "ascii")


if __name__ == "__main__":
    main()
