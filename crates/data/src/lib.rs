//! Tables, readers and bundled data sets.
