//! Days and times as people write them, in the languages of the server. All are in UTC.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::tongue::{Each, Tongue};
use crate::platform::clock::Millis;

/// The months of each language, as they stand between day and year.
const MONTHS: Each<[&str; 12]> = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ],
];

/// The day of a time.
pub fn day(tongue: Tongue, at: Millis) -> String {
    written(tongue, at.timestamp().to_zoned(TimeZone::UTC).date())
}

/// Day, hour and minute of a time.
pub fn moment(tongue: Tongue, at: Millis) -> String {
    let time = at.timestamp().strftime("%H:%M UTC");
    let between = match tongue {
        Tongue::Japanese => " ",
        Tongue::Arabic => "، ",
        _ => ", ",
    };
    format!("{}{between}{time}", day(tongue, at))
}

/// A day of the form `2026-08-06`; what is none is shown as it is.
pub fn of_text(tongue: Tongue, text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |date| written(tongue, date))
}

fn written(tongue: Tongue, date: Date) -> String {
    let at = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    let month = tongue.pick(&MONTHS).get(at).copied().unwrap_or_default();
    let (day, year) = (date.day(), date.year());
    match tongue {
        Tongue::English | Tongue::Arabic => format!("{day} {month} {year}"),
        Tongue::German => format!("{day}. {month} {year}"),
        Tongue::French if day == 1 => format!("1er {month} {year}"),
        Tongue::French => format!("{day} {month} {year}"),
        Tongue::Spanish => format!("{day} de {month} de {year}"),
        Tongue::Japanese => format!("{year}年{month}{day}日"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_as_each_language_writes_them() {
        let at = Millis::parse("2026-08-06T10:34:56.000Z").unwrap();
        let written = Tongue::ALL.map(|tongue| moment(tongue, at));
        assert_eq!(
            written,
            [
                "6 August 2026, 10:34 UTC",
                "6. August 2026, 10:34 UTC",
                "6 août 2026, 10:34 UTC",
                "6 de agosto de 2026, 10:34 UTC",
                "2026年8月6日 10:34 UTC",
                "6 أغسطس 2026، 10:34 UTC",
            ]
        );
        assert_eq!(of_text(Tongue::French, "2027-01-01"), "1er janvier 2027");
        assert_eq!(of_text(Tongue::German, "2027-12-31"), "31. Dezember 2027");
        assert_eq!(of_text(Tongue::German, "soon"), "soon");
    }
}
