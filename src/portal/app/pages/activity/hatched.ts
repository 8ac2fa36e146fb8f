/** A fill of slanted lines, so that what has it is told apart without its colour. The plain colour where none can be made. */
export function hatched(colour: string, background: string): CanvasPattern | string {
  const size = 8;
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  if (context === null) return colour;
  context.fillStyle = background;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.beginPath();
  // One line through the tile, and the ends of its neighbours', so that tiles join without a seam.
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - 2, size + 2);
    context.lineTo(shift + size + 2, -2);
  }
  context.stroke();
  return context.createPattern(canvas, "repeat") ?? colour;
}
