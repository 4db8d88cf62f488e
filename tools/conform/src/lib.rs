//! External tables and the tests over them.
