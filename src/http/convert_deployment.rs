//! The deployment itself from the model to the wire: what it may do, how it is set, how it is used.

use std::collections::BTreeMap;

use roster_openapi::schema::ai_seats::{AiSeatState, AiSeatUsageReason, AiSeats};
use roster_openapi::schema::deployment::{DeploymentConfig, Experiment, SerpentOption, SshConfigResponse};
use roster_openapi::schema::enterprise::{
    AppearanceConfig, Entitlement, Entitlements, Feature as WireFeature,
};
use roster_openapi::schema::insights::{GetUserStatusCountsResponse, UserStatusChangeCount};

use super::SWAGGER_PATH;
use crate::domain::ai_seats::Seats;
use crate::domain::deployment::Shown;
use crate::domain::entitlements::{Report, Standing};
use crate::domain::insights::Day;
use crate::domain::{Backend, Feature};
use crate::model::ai_seat::{SeatState, UsageReason, takes_seat};
use crate::model::user::UserStatus;
use crate::rbac::Allowed;

fn number(many: u64) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

/// What the deployment may do. A setting takes the place of a licence, so that there is one for whoever asks.
pub fn entitlements(report: &Report) -> Entitlements {
    let feature = |of: &Feature| (of.as_str().to_owned(), feature(report.standing(*of)));
    Entitlements {
        errors: report.errors.clone(),
        features: Feature::ALL.iter().map(feature).collect(),
        has_license: true,
        refreshed_at: report.refreshed_at,
        require_telemetry: false,
        trial: false,
        warnings: report.warnings.clone(),
    }
}

fn feature(of: Standing) -> WireFeature {
    let Standing { entitled, enabled, limit, actual } = of;
    let entitlement = if entitled { Entitlement::Entitled } else { Entitlement::NotEntitled };
    WireFeature { actual: actual.map(number), enabled, entitlement, limit: limit.map(i64::from) }
}

/// How the deployment looks: as it comes, with the interactive pages as its documentation.
pub fn appearance(backend: &Backend) -> AppearanceConfig {
    let docs_url = format!("{}{SWAGGER_PATH}", backend.settings.access_url);
    AppearanceConfig { docs_url, ..AppearanceConfig::default() }
}

/// The experiments of these names.
pub fn experiments(names: &[&str]) -> Vec<Experiment> {
    names.iter().map(|name| Experiment((*name).to_owned())).collect()
}

/// How clients name the hosts of workspaces. There are none here, and the names are what clients take without being told.
pub fn ssh() -> SshConfigResponse {
    SshConfigResponse {
        hostname_prefix: "coder.".to_owned(),
        hostname_suffix: "coder".to_owned(),
        ssh_config_options: BTreeMap::new(),
    }
}

/// The settings of the server, which show no secrets.
pub fn config(settings: &[Shown]) -> DeploymentConfig {
    let named = settings.iter().map(|setting| (setting.name.clone(), setting.value.clone()));
    DeploymentConfig { config: named.collect(), options: settings.iter().map(option).collect() }
}

fn option(setting: &Shown) -> SerpentOption {
    let Shown { name, description, flag, env, default, value, source, secret } = setting.clone();
    let annotations = secret.then(|| ("secret".to_owned(), "true".to_owned())).into_iter().collect();
    SerpentOption {
        annotations,
        default,
        description,
        env,
        flag,
        name,
        value,
        value_source: source.to_owned(),
    }
}

/// Days with their counts, by status.
pub fn status_counts(days: &[Day]) -> GetUserStatusCountsResponse {
    let of = |status: &UserStatus| {
        let day = |day: &Day| UserStatusChangeCount { count: day.count(*status), date: day.began_at };
        (status.as_str().to_owned(), days.iter().map(day).collect())
    };
    GetUserStatusCountsResponse { status_counts: UserStatus::ALL.iter().map(of).collect() }
}

/// What is stored of uses of AI features.
pub fn seats(seats: Seats) -> AiSeats {
    let Seats { rows, count, taken } = seats;
    AiSeats { count: number(count), seats: rows.into_iter().map(seat).collect(), taken: number(taken) }
}

fn seat(state: Allowed<SeatState>) -> AiSeatState {
    let SeatState { user, first_used_at, last_used_at, updated_at, last_reason, last_description } =
        state.into_inner();
    AiSeatState {
        first_used_at,
        last_event_description: last_description,
        last_event_type: match last_reason {
            UsageReason::Aibridge => AiSeatUsageReason::Aibridge,
            UsageReason::Task => AiSeatUsageReason::Task,
        },
        last_used_at,
        takes_seat: takes_seat(&user),
        updated_at,
        user_id: user.id.0,
        username: user.username,
    }
}
