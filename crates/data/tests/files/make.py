"""Writes the binary test files: numpy 2.4.6, pyarrow 26.0.1.   python make.py"""

import datetime
import decimal
import pathlib

import numpy
import pyarrow
import pyarrow.parquet

HERE = pathlib.Path(__file__).parent
grid = numpy.arange(6).reshape(2, 3)
for code in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
    for order in "<>":
        array = (grid % 2 == 1) if code == "b1" else grid.astype(order + code)
        numpy.save(HERE / f"{'little' if order == '<' else 'big'}_{code}.npy", array)
numpy.save(HERE / "negative_i2.npy", numpy.array([-1, 300, -32768], ">i2"))
numpy.save(HERE / "fortran.npy", numpy.asfortranarray(numpy.arange(24.0).reshape(2, 3, 4)))
numpy.save(HERE / "scalar.npy", numpy.float64(2.5))
numpy.save(HERE / "large_u8.npy", numpy.array([1, 2**63 + 1], "u8"))
numpy.save(HERE / "complex.npy", numpy.array([1j]))
numpy.save(HERE / "records.npy", numpy.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]))
for version in [(2, 0), (3, 0)]:
    with open(HERE / f"version{version[0]}.npy", "wb") as file:
        numpy.lib.format.write_array(file, grid.astype("f8"), version)
numpy.savez(HERE / "stored.npz", X=grid.astype("f8"), y=numpy.array([1, -1]))
numpy.savez_compressed(HERE / "deflated.npz", X=grid.astype("f8"), y=numpy.array([1, -1]))

table = pyarrow.table({
    "number": pyarrow.array([0.1, None, -2.5, 1e300], pyarrow.float64()),
    "single": pyarrow.array([0.5, 1.5, 2.5, 3.5], pyarrow.float32()),
    "half": pyarrow.array(numpy.array([0.5, 1.5, 2.5, -3.5], "f2")),
    "integer": pyarrow.array([1, 2, None, 2**53 + 1], pyarrow.int64()),
    "small": pyarrow.array([200, 1, 2, 3], pyarrow.uint8()),
    "unsigned": pyarrow.array([2**32 - 1, 1, 2, 3], pyarrow.uint32()),
    "word": pyarrow.array(["b", "a", None, "b"]),
    "truth": pyarrow.array([True, False, None, True]),
    "price": pyarrow.array([decimal.Decimal(t) for t in ["1.23", "-0.01", "99999.99", "0.10"]],
                           pyarrow.decimal128(20, 2)),
    "day": pyarrow.array([datetime.date(1970, 1, 2), datetime.date(1969, 12, 31), None, datetime.date(2000, 1, 1)]),
    "inner": pyarrow.array([{"a": 1}, {"a": None}, None, {"a": 4}]),
})
for compression in ["none", "snappy", "gzip", "zstd"]:
    pyarrow.parquet.write_table(table, HERE / f"{compression}.parquet", compression=compression, row_group_size=3)
pyarrow.parquet.write_table(pyarrow.table({"x": [[1, 2], [3]]}), HERE / "list.parquet")
