/** What people see of a run while it goes on. Screens only listen: they never steer. */
import { type PlanIndex, progressOf, type RunEvent, type RunForecast, type RunState } from '../app/run-door.ts'
import { eventLines, renderEventLine } from './event-line.ts'
import type { CliIo } from './io.ts'
import { LiveRegion, type Terminal } from './live-region.ts'
import { liveLines } from './live-view.ts'
import { makeStyle, type Style } from './style.ts'
import { timeOfDay } from './terminal-text.ts'

export interface ScreenSource {
  readonly index: PlanIndex
  readonly state: RunState
  /** How the run goes on from here, as far as somebody has worked that out. */
  readonly forecast?: RunForecast | undefined
}

export interface RunScreen {
  /** What was recorded by a turn. */
  turn(events: readonly RunEvent[]): void
  /** A line of output of a call. */
  line(call: string, line: string): void
  /** Prints lines of the program itself. */
  print(lines: readonly string[]): void
  /** Leaves the terminal to a prompt; what happens meanwhile is shown afterwards. */
  hold(): void
  release(): void
  end(): void
}

/** Shortest time between two drawings, milliseconds. */
const drawEveryMs = 120

/** A live picture at the foot of a terminal. */
export class LiveScreen implements RunScreen {
  readonly #source: ScreenSource
  readonly #terminal: Terminal & Pick<CliIo, 'now'>
  readonly #style: Style
  readonly #region: LiveRegion
  readonly #lastLines = new Map<string, string>()
  readonly #timer: ReturnType<typeof setInterval>
  #kept: string[] = []
  #held = false
  #frame = 0

  constructor(source: ScreenSource, terminal: Terminal & Pick<CliIo, 'now' | 'colour'>) {
    this.#source = source
    this.#terminal = terminal
    this.#style = makeStyle(terminal.colour)
    this.#region = new LiveRegion(terminal)
    this.#timer = setInterval(() => this.#draw(), drawEveryMs)
  }

  turn(events: readonly RunEvent[]): void {
    const { index, state } = this.#source
    const lines = events.flatMap((event) => {
      if (event.type === 'CallSucceeded' || event.type === 'CallFailed') this.#lastLines.delete(event.of ?? '')
      return eventLines(index, state, event)
        .filter((line) => line.weight === 'main')
        .flatMap((line) => renderEventLine(line, this.#style, timeOfDay(line.at), this.#terminal.columns - 1))
    })
    this.print(lines)
  }

  line(call: string, line: string): void {
    this.#lastLines.set(call, line)
  }

  print(lines: readonly string[]): void {
    if (this.#held) this.#kept.push(...lines)
    else this.#region.print(lines)
  }

  hold(): void {
    this.#held = true
    this.#region.clear()
  }

  release(): void {
    this.#held = false
    this.#region.print(this.#kept.splice(0))
    this.#draw()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#region.clear()
    this.#region.print(this.#kept.splice(0))
  }

  #draw(): void {
    if (this.#held) return
    const { index, state, forecast } = this.#source
    const now = this.#terminal.now()
    this.#frame += 1
    const view = { index, state, progress: progressOf(index, state, now, forecast), now }
    const { columns } = this.#terminal
    const layout = { columns, rows: this.#region.rows, frame: this.#frame, lastLines: this.#lastLines }
    this.#region.draw(liveLines(view, this.#style, layout))
  }
}

/** One line per event worth reading, with its time: for files, pipes and logs. */
export class PlainScreen implements RunScreen {
  readonly #source: ScreenSource
  readonly #out: NodeJS.WritableStream
  readonly #style: Style

  constructor(source: ScreenSource, out: NodeJS.WritableStream, colour: boolean) {
    this.#source = source
    this.#out = out
    this.#style = makeStyle(colour)
  }

  turn(events: readonly RunEvent[]): void {
    const { index, state } = this.#source
    for (const event of events) {
      for (const line of eventLines(index, state, event))
        this.print(renderEventLine(line, this.#style, timeOfDay(line.at)))
    }
  }

  line(): void {
    // Output is evidence; a log of the run does not repeat it.
  }

  print(lines: readonly string[]): void {
    for (const line of lines) this.#out.write(`${line}\n`)
  }

  hold(): void {}

  release(): void {}

  end(): void {}
}

/** Every event as one line of JSON, for programs. */
export class EventsScreen implements RunScreen {
  readonly #out: NodeJS.WritableStream

  constructor(out: NodeJS.WritableStream) {
    this.#out = out
  }

  turn(events: readonly RunEvent[]): void {
    for (const event of events) this.#out.write(`${JSON.stringify({ event })}\n`)
  }

  line(call: string, line: string): void {
    this.#out.write(`${JSON.stringify({ output: { call, line } })}\n`)
  }

  print(): void {}

  hold(): void {}

  release(): void {}

  end(): void {}
}
