"""Small pictures of curves as one SVG: speed over each axis. It follows the reader's choice of a dark page."""

WIDTH, HEIGHT, LEFT, TOP, COLUMNS = 240, 130, 44, 34, 3
GAP_X, GAP_Y = 66, 62
NAMES = {"step": "training step", "infer": "inference"}
STYLE = """
  text { font: 11px system-ui, sans-serif; fill: #333 }
  .axis { stroke: #999; fill: none }
  .grid { stroke: #9994; fill: none }
  .step { stroke: #1667b7; fill: #1667b7 }
  .infer { stroke: #b3541e; fill: #b3541e }
  polyline { fill: none !important; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd }
    .step { stroke: #6db3f2; fill: #6db3f2 }
    .infer { stroke: #f0a070; fill: #f0a070 }
  }
"""


def round_top(most):
    step = 10 ** (len(str(int(most))) - 1)
    return step * (int(most // step) + 1)


def curve(what, line, top, place):
    spots = [(place(i), HEIGHT * (1 - point[what][1] / top)) for i, point in enumerate(line)]
    dots = "".join(f'<circle class="{what}" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{NAMES[what]}, {line[i]["at"]}: {line[i][what][1]:.0f} GF/s</title>'
                   "</circle>" for i, (x, y) in enumerate(spots))
    return f'<polyline class="{what}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in spots)}"/>{dots}'


def panel(title, line, top):
    place = lambda i: WIDTH * (i + 0.5) / len(line)
    marks = "".join(f'<text x="{place(i):.1f}" y="{HEIGHT + 15}" text-anchor="middle">{point["at"]}</text>' for i, point in enumerate(line))
    heights = "".join(f'<line class="grid" x1="0" x2="{WIDTH}" y1="{HEIGHT * (1 - share):.1f}" y2="{HEIGHT * (1 - share):.1f}"/>'
                      f'<text x="-6" y="{HEIGHT * (1 - share) + 4:.1f}" text-anchor="end">{top * share:.0f}</text>' for share in (0, 0.5, 1))
    return (f'<text x="0" y="-10">{title}</text>{heights}<path class="axis" d="M0 0V{HEIGHT}H{WIDTH}"/>{marks}'
            + "".join(curve(what, line, top, place) for what in NAMES))


def svg(panels):
    top = round_top(max(point[what][1] for _, line in panels for point in line for what in NAMES))
    rows = -(-len(panels) // COLUMNS)
    width, height = LEFT + COLUMNS * (WIDTH + GAP_X) - GAP_X + 14, TOP + 24 + rows * (HEIGHT + GAP_Y) - GAP_Y + 24
    placed = "".join(f'<g transform="translate({LEFT + i % COLUMNS * (WIDTH + GAP_X)} {TOP + 24 + i // COLUMNS * (HEIGHT + GAP_Y)})">{panel(*each, top)}</g>\n'
                     for i, each in enumerate(panels))
    legend = "".join(f'<circle class="{what}" cx="{LEFT + 6 + 130 * i}" cy="14" r="4"/><text x="{LEFT + 16 + 130 * i}" y="18">{name}</text>'
                     for i, (what, name) in enumerate(NAMES.items()))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
            f"<title>Speed of products, GF/s</title><style>{STYLE}</style>\n{legend}<text x=\"{LEFT + 270}\" y=\"18\">GF/s over</text>\n{placed}</svg>\n")
