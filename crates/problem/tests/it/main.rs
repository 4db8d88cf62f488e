//! What is public: problems read, bound, solved.

mod bad_input;
mod known_answers;
