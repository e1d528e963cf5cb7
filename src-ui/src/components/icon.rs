//! Icons from Lucide. One always stands beside a word, so it is always hidden from screen readers.

use icondata_lu as lucide;
use leptos::prelude::*;
use leptos_icons::Icon as Drawing;

use crate::format::words::{AccountStatus, Tone};

/// The icons that the interface uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    Activity,
    Back,
    Check,
    Clock,
    Close,
    Copy,
    Down,
    Edit,
    Eye,
    EyeOff,
    Info,
    Key,
    Lock,
    Monitor,
    Offline,
    Plus,
    Refresh,
    Search,
    Server,
    Settings,
    Shield,
    SignOut,
    Trash,
    Unencrypted,
    Up,
    User,
    Users,
    Warning,
}

/// Draws an icon as large as the text beside it asks for.
#[component]
pub(crate) fn Icon(glyph: Glyph) -> impl IntoView {
    let drawing = match glyph {
        Glyph::Activity => lucide::LuActivity,
        Glyph::Back => lucide::LuChevronLeft,
        Glyph::Check => lucide::LuCheck,
        Glyph::Clock => lucide::LuClock,
        Glyph::Close => lucide::LuX,
        Glyph::Copy => lucide::LuCopy,
        Glyph::Down => lucide::LuChevronDown,
        Glyph::Edit => lucide::LuPencil,
        Glyph::Eye => lucide::LuEye,
        Glyph::EyeOff => lucide::LuEyeOff,
        Glyph::Info => lucide::LuInfo,
        Glyph::Key => lucide::LuKeyRound,
        Glyph::Lock => lucide::LuLock,
        Glyph::Monitor => lucide::LuMonitor,
        Glyph::Offline => lucide::LuWifiOff,
        Glyph::Plus => lucide::LuPlus,
        Glyph::Refresh => lucide::LuRefreshCw,
        Glyph::Search => lucide::LuSearch,
        Glyph::Server => lucide::LuServer,
        Glyph::Settings => lucide::LuSettings,
        Glyph::Shield => lucide::LuShield,
        Glyph::SignOut => lucide::LuLogOut,
        Glyph::Trash => lucide::LuTrash2,
        Glyph::Unencrypted => lucide::LuShieldOff,
        Glyph::Up => lucide::LuChevronUp,
        Glyph::User => lucide::LuUser,
        Glyph::Users => lucide::LuUsers,
        Glyph::Warning => lucide::LuTriangleAlert,
    };
    view! { <span class="icon" aria-hidden="true"><Drawing icon=drawing/></span> }
}

impl Tone {
    /// The icon that goes with it.
    pub(crate) const fn glyph(self) -> Glyph {
        match self {
            Self::Ok => Glyph::Check,
            Self::Warning | Self::Problem => Glyph::Warning,
            Self::Neutral => Glyph::Info,
        }
    }
}

impl AccountStatus {
    /// The icon that goes with it.
    pub(crate) const fn glyph(self) -> Glyph {
        match self {
            Self::Inactive => Glyph::Close,
            Self::Locked => Glyph::Lock,
            Self::MustChangePassword => Glyph::Clock,
            Self::Active => Glyph::Check,
        }
    }
}
