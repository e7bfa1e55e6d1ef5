"""Draws the icon and logo in custom_components/secure_hub/brand: a house behind a shield.

Run with .venv/bin/python script/draw_brand.py. Sizes and names are those of Home Assistant's brand images: an icon of
256 pixels, a logo at most 256 high, each also at twice the size (@2x), and for dark backgrounds (dark_).
"""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

BRAND: Final = Path(__file__).parents[1] / "custom_components/secure_hub/brand"
FONT: Final = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
OVERSAMPLING: Final = 4
SHIELD: Final = {"": "#0b6e99", "dark_": "#3fb6e8"}
HOUSE: Final = {"": "#ffffff", "dark_": "#0f1b22"}
TEXT: Final = {"": "#1c2b33", "dark_": "#f2f6f8"}

Point = tuple[float, float]


def bezier(start: Point, one: Point, two: Point, end: Point, steps: int = 48) -> list[Point]:
    """Return points along a cubic Bezier curve."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        corners = (start, one, two, end)
        points.append(
            (
                sum(weight * corner[0] for weight, corner in zip(weights, corners, strict=True)),
                sum(weight * corner[1] for weight, corner in zip(weights, corners, strict=True)),
            )
        )
    return points


def mark(size: int, theme: str) -> Image.Image:
    """Return the mark, a square of `size` pixels with a transparent background."""
    side = size * OVERSAMPLING
    image = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(image)

    def scaled(points: list[Point]) -> list[Point]:
        return [(x * side, y * side) for x, y in points]

    right = [
        *bezier((0.5, 0.02), (0.62, 0.10), (0.76, 0.14), (0.90, 0.145)),
        *bezier((0.90, 0.145), (0.92, 0.55), (0.80, 0.84), (0.5, 0.98)),
    ]
    draw.polygon(scaled([*right, *((1 - x, y) for x, y in reversed(right))]), fill=SHIELD[theme])
    house = [
        *((0.5, 0.24), (0.755, 0.475), (0.715, 0.52), (0.68, 0.488), (0.68, 0.71)),
        *((0.32, 0.71), (0.32, 0.488), (0.285, 0.52), (0.245, 0.475)),
    ]
    draw.polygon(scaled(house), fill=HOUSE[theme])
    # a keyhole for a door
    draw.ellipse([*scaled([(0.445, 0.455)])[0], *scaled([(0.555, 0.565)])[0]], fill=SHIELD[theme])
    draw.polygon(scaled([(0.478, 0.53), (0.522, 0.53), (0.547, 0.655), (0.453, 0.655)]), fill=SHIELD[theme])
    return image.resize((size, size), Image.Resampling.LANCZOS)


def logo(height: int, theme: str) -> Image.Image:
    """Return mark and name side by side, `height` pixels high."""
    font = ImageFont.truetype(FONT, height * 0.42)
    gap = round(height * 0.14)
    left, top, right, bottom = font.getbbox("Secure Hub")
    image = Image.new("RGBA", (round(height + gap + right - left), height))
    image.paste(mark(height, theme), (0, 0))
    draw = ImageDraw.Draw(image)
    draw.text((height + gap - left, (height - bottom - top) / 2), "Secure Hub", font=font, fill=TEXT[theme])
    return image


def main() -> None:
    """Draw all of them."""
    BRAND.mkdir(exist_ok=True)
    for theme in SHIELD:
        for scale, suffix in ((1, ""), (2, "@2x")):
            mark(256 * scale, theme).save(BRAND / f"{theme}icon{suffix}.png", optimize=True)
            logo(128 * scale, theme).save(BRAND / f"{theme}logo{suffix}.png", optimize=True)


if __name__ == "__main__":
    main()
