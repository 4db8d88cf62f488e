//! Frames of the WebSocket as bytes.

use gradus_lab::frame::{Frame, Kind, LONGEST, Unreadable};
use proptest::prelude::*;

#[test]
fn the_bytes_are_those_of_the_protocol() {
    let frame = Frame { kind: Kind::Figure, id: 0x0102_0304, payload: b"{}".to_vec() };
    assert_eq!(frame.write(), [1, 4, 3, 2, 1, b'{', b'}']);
    assert_eq!(Frame::read(&[]), Err(Unreadable::Short(0)));
    assert_eq!(Frame::read(&[1, 0, 0, 0]), Err(Unreadable::Short(4)));
    assert_eq!(Frame::read(&[0, 0, 0, 0, 0]), Err(Unreadable::Kind(0)));
    assert_eq!(Frame::read(&vec![1; LONGEST + 1]), Err(Unreadable::Long(LONGEST + 1)));
    assert_eq!(Unreadable::Short(4).to_string(), "a frame has at least 5 bytes, not 4");
    assert_eq!(Unreadable::Kind(11).to_string(), "there is no frame of kind 11");
    assert_eq!(Unreadable::Long(20_000_000).to_string(), "a frame has at most 16777216 bytes, not 20000000");
}

proptest! {
    #[test]
    fn any_bytes_are_read_back_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        match Frame::read(&bytes) {
            Ok(frame) => prop_assert_eq!(frame.write(), bytes),
            Err(e) => prop_assert!(bytes.len() < 5 || e == Unreadable::Kind(bytes[0])),
        }
    }
}
