//! Bad weather: what must hold when the process is killed, the disk is full, the clock jumps, a server hangs, or
//! callers mean ill. The real program, over real sockets, on both engines; each test says in one line what it
//! did and found.

#![cfg(target_os = "linux")]
#![expect(unreachable_pub, reason = "the support module is written as a library is")]

mod attacks;
mod clock;
mod database_gone;
mod disk_full;
mod idle;
mod large;
mod races;
mod slow;
mod sudden_death;
mod support;
