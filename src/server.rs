//! A server from configuration to the last drained job: what `shop serve` and the tests start.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use shop_storage::{Blobs, EngineKind, Options, Search, Store};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use crate::features::accounts::create::make_spare_keys;
use crate::features::search::indexer;
use crate::features::{self, domain_rules, instance, media, oauth, trends};
use crate::platform::app::{App, Memory, Parts};
use crate::platform::clock::Clock;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::events::LiveLine;
use crate::platform::files::make_data_folder;
use crate::platform::http::anonymous;
use crate::platform::http::layers::{self, FindCaller, Limits};
use crate::platform::http::params::BODY_LIMIT;
use crate::platform::http::rate::Rate;
use crate::platform::ids::Snowflakes;
use crate::platform::jobs::{self, Progress};
use crate::platform::mail::Mailer;
use crate::platform::net::{Net, NetPolicy};
use crate::router;
use crate::web::{members, page, style, unknown};

/// How long open requests and running jobs get to finish once the server stops. What is cut off then
/// loses nothing: requests were not answered, jobs return to their queue at the next start.
const GRACE: Duration = Duration::from_secs(8);

/// How often a stopping server looks whether the last stream has ended.
const LET_GO: Duration = Duration::from_millis(5);

/// A running server.
pub struct Server {
    app: App,
    address: SocketAddr,
    http: JoinHandle<std::io::Result<()>>,
    runners: Vec<JoinHandle<()>>,
}

/// Where the store is and how it is opened.
pub fn store_options(config: &Config) -> Options {
    Options {
        engine: config.storage.engine,
        path: config.storage.data.join("store"),
        cache_bytes: usize::try_from(config.storage.cache_mb).unwrap_or(64) * 1024 * 1024,
    }
}

/// Opens the store and puts the parts together; nothing listens and no job runs yet.
///
/// # Errors
/// When the store, the media folder or the network client cannot be opened.
pub fn assemble(config: Config, clock: Clock) -> Result<App> {
    if config.storage.engine != EngineKind::Memory {
        make_data_folder(&config.storage.data).map_err(Error::internal)?;
    }
    let store = Store::open(store_options(&config))?;
    store.register(&features::catalog())?;
    let blobs = Blobs::open(&config.media.store)?;
    let folder = config.storage.data.join("search");
    let folder = (config.storage.engine != EngineKind::Memory).then_some(folder.as_path());
    let search = Search::open(folder, features::search::table::FIELDS)?;
    let policy = NetPolicy {
        allow_insecure: config.federation.allow_insecure,
        allow_private: config.federation.allow_private,
        exceptions: Vec::new(),
        user_agent: config.user_agent(),
    };
    let net_clock = clock.clone();
    let net = Net::new(policy, Arc::new(move || net_clock.now().timestamp())).map_err(Error::internal)?;
    let mailer = Mailer::from_config(&config.mail).map_err(Error::internal)?;
    let live = LiveLine::start(features::LISTENERS.live).map_err(Error::internal)?;
    let limits = Limits(Rate::new(config.rate_limits));
    let app = App::new(Parts {
        ids: Snowflakes::above(clock.now().0 << 16),
        config,
        store,
        blobs,
        search,
        clock,
        net,
        mailer,
        limits,
        listeners: features::LISTENERS,
        live,
        progress: Progress::default(),
        stopping: CancellationToken::new(),
        memory: Memory::default(),
    });
    domain_rules::open(&app)?;
    Ok(app)
}

impl Server {
    /// Starts everything and listens. Port 0 takes a free one.
    ///
    /// # Errors
    /// When a part cannot be opened or the address cannot be bound.
    pub async fn start(config: Config, clock: Clock) -> Result<Self> {
        let listener = TcpListener::bind(config.server.listen).await.map_err(Error::internal)?;
        Self::start_on(listener, config, clock).await
    }

    /// As [`Server::start`], on a socket that is bound already.
    ///
    /// # Errors
    /// When a part cannot be opened.
    pub async fn start_on(listener: TcpListener, config: Config, clock: Clock) -> Result<Self> {
        let address = listener.local_addr().map_err(Error::internal)?;
        let app = tokio::task::spawn_blocking(move || assemble(config, clock)).await??;
        prepare(&app).await?;
        make_spare_keys(&app);
        jobs::reclaim(&app.store).await?;
        app.write(trends::jobs::schedule).await?;
        app.write(domain_rules::settle).await?;
        let runners = jobs::QUEUES
            .iter()
            .map(|(queue, most)| tokio::spawn(jobs::run(app.clone(), queue, *most, features::JOBS)))
            .chain([tokio::spawn(indexer::run(app.clone()))])
            .collect();
        let service = service(&app).into_make_service_with_connect_info::<SocketAddr>();
        let stopping = app.stopping.clone();
        let http = tokio::spawn(async move {
            axum::serve(listener, service).with_graceful_shutdown(stopping.cancelled_owned()).await
        });
        Ok(Self { app, address, http, runners })
    }

    /// The server as handlers see it.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops taking requests, lets open ones and running jobs finish, and closes the store.
    ///
    /// # Errors
    /// When the last sync of the store fails.
    pub async fn stop(self) -> Result<()> {
        let Self { app, http, runners, .. } = self;
        app.stopping.cancel();
        let aborts: Vec<_> =
            runners.iter().map(JoinHandle::abort_handle).chain([http.abort_handle()]).collect();
        let drained = async {
            let _ = http.await;
            for runner in runners {
                let _ = runner.await;
            }
        };
        if tokio::time::timeout(GRACE, drained).await.is_err() {
            tracing::warn!("some requests or jobs did not finish in time; jobs go on at the next start");
            aborts.iter().for_each(tokio::task::AbortHandle::abort);
        }
        let closing = app.clone();
        app.store.clone().close().await?;
        tokio::task::spawn_blocking(move || {
            closing.live.stop();
            closing.search.close();
        })
        .await?;
        // Streams that were cut off end on their own; until then they hold the store's files open.
        let alone = async {
            while !app.is_last() {
                tokio::time::sleep(LET_GO).await;
            }
        };
        if tokio::time::timeout(GRACE / 8, alone).await.is_err() {
            tracing::debug!("something still holds the store");
        }
        Ok(())
    }
}

/// Makes what must be in the store before anything else is done with it.
///
/// # Errors
/// When the store fails.
pub async fn prepare(app: &App) -> Result<()> {
    instance::prepare(app).await?;
    instance::terms::open(app)?;
    style::open(app)?;
    media::processing::tidy(app).await?;
    Ok(())
}

/// All routes with the layers around them.
fn service(app: &App) -> Router {
    let find: FindCaller = |app, request: &Request| oauth::auth::caller(app, request);
    router::routes()
        .fallback(unknown::answer)
        .method_not_allowed_fallback(unknown::wrong_method)
        .layer(from_fn_with_state(app.clone(), page::told))
        .layer(from_fn_with_state(app.clone(), members::only))
        .layer(from_fn_with_state((app.clone(), find), layers::limit))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(on_panic))
        .layer(from_fn(layers::cross_origin))
        .layer(from_fn(anonymous::keep))
        .layer(CompressionLayer::new().compress_when(is_worth_packing()))
        .layer(from_fn_with_state(app.clone(), layers::finish))
        .with_state(app.clone())
}

/// Archives, films and sounds are packed as far as they can be, and so large that another try would keep a processor busy
/// for minutes.
fn is_worth_packing() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new(features::archives::file::TYPE))
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new("audio/"))
}

/// A panic in a handler is a fault of ours: the client learns nothing, the log everything.
fn on_panic(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    axum::response::IntoResponse::into_response(Error::internal("a handler panicked"))
}
