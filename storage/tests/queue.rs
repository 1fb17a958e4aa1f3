//! The job queue: lanes in order, leases, retries, dedup keys and dead letters.

use shop_storage::{Error, JobId, Leased, NewJob, Store, Window};

use crate::support::{JOBS, catalog, on_every_engine};

fn push(store: &Store, lane: &str, due: u64, dedup: Option<&str>) -> Option<JobId> {
    let (lane, dedup) = (lane.to_owned(), dedup.map(str::to_owned));
    store
        .write_blocking(move |tx| {
            let job = NewJob {
                kind: "send",
                lane: &lane,
                due,
                priority: 1,
                dedup: dedup.as_deref(),
                payload: lane.clone().into_bytes(),
            };
            JOBS.push(tx, job)
        })
        .expect("push")
}

fn claim(store: &Store, now: u64, max: usize) -> Vec<Leased> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    runtime.block_on(JOBS.claim(store, now, max)).expect("claim")
}

fn ids(claimed: &[Leased]) -> Vec<JobId> {
    claimed.iter().map(|job| job.id).collect()
}

fn done(store: &Store, id: JobId) {
    store.write_blocking(move |tx| JOBS.done(tx, id)).expect("done");
}

#[test]
fn a_lane_runs_one_job_at_a_time_in_order_and_lanes_run_side_by_side() {
    on_every_engine(|store| {
        let first = push(&store, "a", 10, None).expect("id");
        let second = push(&store, "a", 10, None).expect("id");
        let earlier = push(&store, "a", 5, None).expect("id");
        let other = push(&store, "b", 7, None).expect("id");
        assert_eq!(ids(&claim(&store, 4, 10)), Vec::<JobId>::new());
        assert_eq!(JOBS.next_due(&store), Some(5));
        assert_eq!(ids(&claim(&store, 20, 10)), [earlier, other]);
        assert_eq!(ids(&claim(&store, 20, 10)), Vec::<JobId>::new());
        done(&store, earlier);
        assert_eq!(ids(&claim(&store, 20, 10)), [first]);
        done(&store, first);
        done(&store, other);
        let last = claim(&store, 20, 10);
        assert_eq!(ids(&last), [second]);
        assert_eq!(last[0].payload, b"a");
        done(&store, second);
        let depth = JOBS.depth(&store).expect("depth");
        assert_eq!((depth.waiting, depth.leased, depth.dead, depth.oldest_due), (0, 0, 0, None));
        assert!(store.check(&catalog()).expect("check").is_sound());
    });
}

#[test]
fn lanes_that_are_equally_urgent_take_turns() {
    on_every_engine(|store| {
        for lane in ["a", "b"] {
            for _ in 0..10 {
                push(&store, lane, 1, None).expect("id");
            }
        }
        push(&store, "late", 9, None).expect("id");
        let mut order = Vec::new();
        for _ in 0..5 {
            let job = claim(&store, 10, 1).remove(0);
            order.push(job.lane.clone());
            done(&store, job.id);
        }
        assert_eq!(order, ["a", "b", "late", "a", "b"], "nobody waits for all of another");
    });
}

#[test]
fn a_retried_job_keeps_its_place_and_its_lane_waits_for_it() {
    on_every_engine(|store| {
        let first = push(&store, "a", 1, None).expect("id");
        let second = push(&store, "a", 2, None).expect("id");
        assert_eq!(ids(&claim(&store, 5, 10)), [first]);
        store.write_blocking(move |tx| JOBS.retry(tx, first, 100, "down")).expect("retry");
        assert_eq!(ids(&claim(&store, 99, 10)), Vec::<JobId>::new());
        assert_eq!(JOBS.next_due(&store), Some(100));
        let lanes = JOBS.lanes(&store, None, 10).expect("lanes");
        assert_eq!((lanes[0].jobs, lanes[0].attempts, lanes[0].error.as_str()), (2, 1, "down"));
        let again = claim(&store, 100, 10);
        assert_eq!((ids(&again), again[0].attempts), (vec![first], 1));
        store.write_blocking(move |tx| JOBS.bury(tx, first, "gone")).expect("bury");
        assert_eq!(ids(&claim(&store, 100, 10)), [second]);
        done(&store, second);
        let dead = JOBS.dead(&store, &Window::newest(10)).expect("dead");
        assert_eq!((dead[0].id, dead[0].attempts, dead[0].error.as_str()), (first, 2, "gone"));
        assert!(store.write_blocking(move |tx| JOBS.revive(tx, first)).expect("revive"));
        assert_eq!(ids(&claim(&store, 100, 10)), [first]);
    });
}

#[test]
fn a_dedup_key_refuses_an_equal_job_only_while_the_first_waits() {
    on_every_engine(|store| {
        let first = push(&store, "a", 1, Some("k")).expect("id");
        assert_eq!(push(&store, "a", 1, Some("k")), None);
        assert_eq!(ids(&claim(&store, 5, 10)), [first]);
        let second = push(&store, "a", 1, Some("k")).expect("the first one runs already");
        assert_eq!(push(&store, "a", 1, Some("k")), None);
        done(&store, first);
        assert_eq!(push(&store, "a", 1, Some("k")), None);
        assert_eq!(ids(&claim(&store, 5, 10)), [second]);
        done(&store, second);
        assert!(push(&store, "a", 1, Some("k")).is_some());
    });
}

#[test]
fn a_job_that_left_while_another_of_its_lane_runs_does_not_free_the_lane() {
    on_every_engine(|store| {
        let first = push(&store, "a", 1, None).expect("id");
        let second = push(&store, "a", 2, None).expect("id");
        let third = push(&store, "a", 3, None).expect("id");
        assert_eq!(ids(&claim(&store, 5, 10)), [first]);
        done(&store, second);
        assert_eq!(ids(&claim(&store, 5, 10)), Vec::<JobId>::new());
        done(&store, first);
        assert_eq!(ids(&claim(&store, 5, 10)), [third]);
    });
}

#[test]
fn leases_of_a_process_that_is_gone_return_to_their_place() {
    for engine in [shop_storage::EngineKind::Redb, shop_storage::EngineKind::Sled] {
        let folder = tempfile::tempdir().expect("folder");
        let options = crate::support::options(engine, folder.path());
        let store = Store::open(options.clone()).expect("open");
        let first = push(&store, "a", 1, Some("k")).expect("id");
        let second = push(&store, "a", 2, None).expect("id");
        assert_eq!(ids(&claim(&store, 5, 10)), [first]);
        drop(store);
        let store = Store::open(options).expect("reopen");
        let depth = JOBS.depth(&store).expect("depth");
        assert_eq!((depth.waiting, depth.leased), (1, 1));
        assert_eq!(store.write_blocking(|tx| JOBS.reclaim(tx)).expect("reclaim"), 1);
        assert_eq!(push(&store, "a", 1, Some("k")), None);
        let again = claim(&store, 5, 10);
        assert_eq!((ids(&again), again[0].attempts), (vec![first], 1));
        done(&store, first);
        assert_eq!(ids(&claim(&store, 5, 10)), [second]);
    }
}

#[test]
fn a_failed_claim_gives_the_lanes_back_and_a_push_wakes_the_dispatcher() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("runtime");
    runtime.block_on(async {
        let store = Store::open(shop_storage::Options::memory()).expect("open");
        assert!(JOBS.claim(&store, 5, 1).await.expect("claim").is_empty());
        let woken = JOBS.notified(&store);
        let pusher = store.clone();
        let pushed = pusher.write(|tx| {
            JOBS.push(
                tx,
                NewJob { kind: "k", lane: "l", due: 1, priority: 0, dedup: None, payload: Vec::new() },
            )
        });
        let (id, ()) = tokio::join!(pushed, woken);
        let id = id.expect("push").expect("id");
        // A claim that is dropped before the writer ran it, or fails, must not keep the lane.
        assert_eq!(ids(&JOBS.claim(&store, 5, 1).await.expect("claim")), [id]);
        let nothing: Result<(), Error> = store.write(|_| Err(Error::Closed)).await;
        assert!(nothing.is_err());
        store.close().await.expect("close");
    });
}
