//! The figures beside their targets as a picture: a bar for each, whose length is the part of the target that it
//! reaches or uses up.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use plotters::prelude::{
    BLACK, Color, IntoDrawingArea, IntoFont, RGBColor, Rectangle, SVGBackend, Text, TextStyle, WHITE,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::figure::Figure;

const WIDTH: u32 = 1_000;
const ROW: u32 = 26;
const MARGIN: u32 = 40;
/// Where bars begin, and below where the target is.
const BEGIN: i32 = 460;
const TARGET: i32 = 760;
/// A bar is not drawn longer than this part of its target.
const LONGEST: f64 = 1.6;
const MET: RGBColor = RGBColor(46, 125, 80);
const MISSED: RGBColor = RGBColor(190, 60, 50);

/// Draws the figures that have a target.
pub(super) fn draw(file: &Path, figures: &[Figure]) -> Result<()> {
    let shown: Vec<&Figure> = figures.iter().filter(|figure| figure.target.is_some()).collect();
    let height = 2 * MARGIN + ROW * u32::try_from(shown.len())?;
    let drawn = draw_rows(file, height, &shown);
    drawn.map_err(|error| anyhow!("{error}")).with_context(|| format!("{} cannot be drawn", file.display()))
}

fn draw_rows(file: &Path, height: u32, figures: &[&Figure]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(file, (WIDTH, height)).into_drawing_area();
    area.fill(&WHITE)?;
    let font = ("sans-serif", 14).into_font().color(&BLACK);
    let left = font.pos(Pos::new(HPos::Left, VPos::Center));
    let right = font.pos(Pos::new(HPos::Right, VPos::Center));
    let centre = font.pos(Pos::new(HPos::Center, VPos::Center));
    let write = |text: String, place: (i32, i32), style: &TextStyle<'_>| {
        area.draw(&Text::new(text, place, style.clone()))
    };
    write("target".to_owned(), (TARGET, 20), &centre)?;
    let mut middle = i32::try_from(MARGIN + ROW / 2)?;
    for figure in figures {
        let part = figure.value / figure.target.unwrap_or(f64::INFINITY);
        let end = BEGIN + (f64::from(TARGET - BEGIN) * part.clamp(0.0, LONGEST)) as i32;
        let colour = if figure.is_met() == Some(true) { MET } else { MISSED };
        let bar = [(BEGIN, middle - 8), (end, middle + 8)];
        area.draw(&Rectangle::new(bar, colour.filled()))?;
        write(figure.key(), (BEGIN - 10, middle), &right)?;
        write(format!("{:.1} {}", figure.value, figure.unit.sign()), (end + 8, middle), &left)?;
        middle += i32::try_from(ROW)?;
    }
    let line = [(TARGET, 30), (TARGET + 1, i32::try_from(height - MARGIN / 2)?)];
    area.draw(&Rectangle::new(line, BLACK.filled()))?;
    area.present()?;
    Ok(())
}
