//! The Lab: a page on the user's own machine with the course and a workbench, the native engine behind it.
