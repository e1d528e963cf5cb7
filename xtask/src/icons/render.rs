//! The drawing as PNG, as Windows' `.ico` and as macOS' `.icns`.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// The PNG files that the bundles and the window want.
const PNG: &[(&str, u32)] =
    &[("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];
/// What Windows shows in lists, the task bar and Explorer.
const ICO: &[u32] = &[16, 24, 32, 48, 64, 256];
/// What macOS knows; each is also the double-density picture of half its size.
const ICNS: &[u32] = &[16, 32, 64, 128, 256, 512, 1024];

/// Writes all files beside `icon.svg` in `folder`.
pub(super) fn render_icons(folder: &Path) -> Result<()> {
    let drawing = std::fs::read(folder.join("icon.svg")).context("icons/icon.svg cannot be read")?;
    let drawing =
        Tree::from_data(&drawing, &Options::default()).context("icons/icon.svg is not a drawing")?;
    for (name, size) in PNG {
        render(&drawing, *size)?.save_png(folder.join(name)).with_context(|| format!("icons/{name}"))?;
    }
    write_ico(&drawing, &folder.join("icon.ico"))?;
    write_icns(&drawing, &folder.join("icon.icns"))
}

fn render(drawing: &Tree, size: u32) -> Result<Pixmap> {
    let mut picture = Pixmap::new(size, size).ok_or_else(|| anyhow!("no picture of {size} pixels"))?;
    let scale = size as f32 / drawing.size().width();
    resvg::render(drawing, Transform::from_scale(scale, scale), &mut picture.as_mut());
    Ok(picture)
}

/// Red, green, blue and opacity as files store them: not multiplied.
fn straight_pixels(picture: &Pixmap) -> Vec<u8> {
    picture
        .pixels()
        .iter()
        .flat_map(|pixel| {
            let pixel = pixel.demultiply();
            [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
        })
        .collect()
}

fn write_ico(drawing: &Tree, path: &Path) -> Result<()> {
    let mut icon = ico::IconDir::new(ico::ResourceType::Icon);
    for &size in ICO {
        let pixels = straight_pixels(&render(drawing, size)?);
        let image = ico::IconImage::from_rgba_data(size, size, pixels);
        icon.add_entry(ico::IconDirEntry::encode(&image)?);
    }
    icon.write(File::create(path)?).context("icons/icon.ico")
}

fn write_icns(drawing: &Tree, path: &Path) -> Result<()> {
    let mut family = icns::IconFamily::new();
    for &size in ICNS {
        let pixels = straight_pixels(&render(drawing, size)?);
        let image = icns::Image::from_data(icns::PixelFormat::RGBA, size, size, pixels)?;
        family.add_icon(&image).with_context(|| format!("icons/icon.icns at {size} pixels"))?;
    }
    family.write(File::create(path)?).context("icons/icon.icns")
}
