export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  readonly align?: 'right'
  /** Columns that go where the page is too narrow, the highest first; without it, never. */
  readonly dispensable?: number
}

const GAP = '  '

/** Lines of a table with its heading, at most `width` wide where leaving columns out can bring that about. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number,
): readonly string[] {
  const cells = columns.map((column) => [column.title, ...rows.map(column.cell)])
  const widths = cells.map((column) => Math.max(...column.map((cell) => cell.length)))
  const total = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length)
  if (total > width) {
    const leaving = columns
      .filter(({ dispensable }) => dispensable !== undefined)
      .toSorted((a, b) => (b.dispensable ?? 0) - (a.dispensable ?? 0))[0]
    if (leaving)
      return table(
        rows,
        columns.filter((column) => column !== leaving),
        width,
      )
  }
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    columns
      .map(({ align }, at) => {
        const cell = cells[at]?.[line] ?? ''
        return align === 'right' ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)
      })
      .join(GAP)
      .trimEnd(),
  )
}
