/** The fold of the parent: one event changes the state, and no decision is taken. */
import { assertNever } from '../base/assert.ts'
import { counterIndex, extraWaves } from './cell-state.ts'
import type { FleetEvent, Order, Report, ReportRow, StopWish } from './events.ts'
import { type FleetState, failuresOf, type LaneState, perCell, sumOf } from './fleet-state.ts'

type EventOf<Type extends FleetEvent['type']> = Extract<FleetEvent, { type: Type }>

/** Changes the state in place. */
export function evolveFleet(state: FleetState, event: FleetEvent): void {
  state.lastAt = event.at
  switch (event.type) {
    case 'RolloutStarted':
      state.started = true
      return
    case 'ReportTaken':
      state.reportNumber[event.cell] = event.number
      return takeReport(state, event.cell, event.report, event.at)
    case 'CellOrdered':
      return cellOrdered(state, event)
    case 'WaveOpened': {
      const lane = state.lanes[event.lane]!
      lane.wave = event.wave
      lane.waveEnded = false
      lane.promoted = false
      lane.gateAwaited = false
      lane.batchStart = lane.granted[event.wave]! - sumOf(lane, event.wave, 'returned')
      lane.batchFailures = failuresOf(lane, event.wave)
      if (lane.openedAt === -1) lane.openedAt = event.at
      return
    }
    case 'WaveEnded': {
      const lane = state.lanes[event.lane]!
      lane.waveEnded = true
      lane.nextWaveAt = event.next
      return
    }
    case 'BatchEnded': {
      const lane = state.lanes[event.lane]!
      lane.batchStart = lane.granted[event.wave]! - sumOf(lane, event.wave, 'returned')
      lane.batchFailures = failuresOf(lane, event.wave)
      return
    }
    case 'LaneShut':
      state.lanes[event.lane]!.shutUntil = event.until
      return
    case 'LaneUnshut':
      state.lanes[event.lane]!.shutUntil = -1
      state.lanes[event.lane]!.closesAt = event.closes === -1 ? Number.POSITIVE_INFINITY : event.closes
      return
    case 'LaneClosed':
      state.lanes[event.lane]!.closesAt = Number.NEGATIVE_INFINITY
      return
    case 'GateAwaited':
      state.lanes[event.lane]!.gateAwaited = true
      return
    case 'GateOpened':
      state.lanes[event.lane]!.gateOpen[event.wave] = true
      return
    case 'WavePromoted':
      state.lanes[event.lane]!.promoted = true
      return
    case 'WaveStopped':
      state.lanes[event.lane]!.waveStopped[event.wave] = { cause: event.cause, undo: event.undo }
      return dropWishes(state)
    case 'LaneStopped':
      state.lanes[event.lane]!.stopped = { cause: event.cause, undo: event.undo }
      return dropWishes(state)
    case 'LaneEnded':
      state.lanes[event.lane]!.ended = true
      state.openLanes -= 1
      return
    case 'RolloutStopped':
      state.stopped = { scope: event.scope, cause: event.cause, undo: event.undo }
      if (event.cause === 'operator') state.asked = false
      return dropWishes(state)
    case 'RolloutPaused':
      state.paused = true
      return
    case 'RolloutResumed':
      state.paused = false
      state.asked = false
      return
    case 'RolloutAsked':
      state.asked = true
      state.wishes = state.wishes.filter((wish) => wish.scope !== 'ask')
      return
    case 'ConcurrencyChanged':
      state.maxConcurrency = event.to
      return
    case 'GlassBroken':
      state.glassUntil = event.until
      return
    case 'RolloutEnded':
      state.ended = true
      return
    default:
      return assertNever(event)
  }
}

function cellOrdered(state: FleetState, event: EventOf<'CellOrdered'>): void {
  const { cell, number, order } = event
  state.orderNumber[cell] = number
  const waiting = state.unconfirmed.get(cell)
  if (waiting) waiting.push({ number, order })
  else state.unconfirmed.set(cell, [{ number, order }])
  if (order.kind === 'grant') granted(state, cell, order, event.at)
  if (order.kind === 'seal' && order.wave === -1) state.sealed = true
  if (order.kind === 'stop') {
    if (order.wave === -1) state.cellStopped[cell] = order.undo ? 2 : 1
    else state.waveTold.set(cell * 256 + order.wave, order.undo ? 2 : 1)
  }
  if (order.kind === 'glass') state.cellGlass[cell] = order.until
}

function granted(state: FleetState, cell: number, order: Extract<Order, { kind: 'grant' }>, at: number): void {
  const lane = laneOf(state, cell)
  lane.granted[order.wave]! += order.count
  lane.lastGrantAt[order.wave] = at
  state.cellReady[cell]![order.wave * perCell.count + perCell.granted]! += order.count
  state.lastLane = lane.lane
  if (isStaging(lane, order.wave)) state.staging += order.count
  else state.outstanding += order.count
  feed(state, lane, cell, order.wave)
}

/** Those before it in the queue have nothing ready any more; it goes to the end if it still has. */
function feed(state: FleetState, lane: LaneState, cell: number, wave: number): void {
  const queue = lane.hungry[wave]!
  for (const fed of queue.splice(0, queue.indexOf(cell) + 1)) {
    state.isHungry[fed]![wave] = 0
    enqueue(state, lane, fed, wave)
  }
}

function enqueue(state: FleetState, lane: LaneState, cell: number, wave: number): void {
  if (state.isHungry[cell]![wave] === 1 || demandOf(state, cell, wave) <= 0) return
  state.isHungry[cell]![wave] = 1
  lane.hungry[wave]!.push(cell)
}

/** What a cell could begin and was not granted yet. */
export function demandOf(state: FleetState, cell: number, wave: number): number {
  const at = wave * perCell.count
  const mine = state.cellReady[cell]!
  return mine[at + perCell.ready]! - mine[at + perCell.granted]! + mine[at + perCell.used]!
}

function dropWishes(state: FleetState): void {
  if (state.wishes.length > 0) state.wishes = state.wishes.filter((wish) => !isFulfilled(state, wish))
}

/** The stop that a cell asks for has been made. */
function isFulfilled(state: FleetState, wish: StopWish): boolean {
  const reaches = (stop: { readonly undo: boolean } | undefined): boolean =>
    stop !== undefined && (stop.undo || !wish.undo)
  const lane = laneOf(state, state.layout.cellOf[wish.target]!)
  switch (wish.scope) {
    case 'ask':
      return false
    case 'wave':
      return reaches(lane.waveStopped[wish.wave]) || reaches(lane.stopped)
    case 'lane':
      return reaches(lane.stopped)
    case 'rollout':
      return reaches(state.stopped)
    case 'run':
      return reaches(state.stopped) && state.stopped?.scope === 'run'
  }
}

export function laneOf(state: FleetState, cell: number): LaneState {
  return state.lanes[state.layout.cells[cell]!.lane]!
}

export function isStaging(lane: LaneState, wave: number): boolean {
  return wave === lane.plan.waves.length + extraWaves.stage
}

function takeReport(state: FleetState, cell: number, report: Report, at: number): void {
  const lane = laneOf(state, cell)
  const waiting = state.unconfirmed.get(cell)
  if (waiting) {
    while (waiting.length > 0 && waiting[0]!.number <= report.order) waiting.shift()
    if (waiting.length === 0) state.unconfirmed.delete(cell)
  }
  const before = state.running
  let ends = 0
  for (const row of report.rows) ends += takeRow(state, lane, cell, row)
  state.unitsAtRisk += report.units
  for (const mark of report.marks) {
    const at4 = mark.wave * 4
    if (mark.first_start !== -1 && lane.marks[at4] === -1) lane.marks[at4] = mark.first_start
    lane.marks[at4 + 1] = Math.max(lane.marks[at4 + 1]!, mark.last_end)
    lane.marks[at4 + 2] = Math.max(lane.marks[at4 + 2]!, mark.attempts)
    lane.marks[at4 + 3] = Math.max(lane.marks[at4 + 3]!, mark.slot_end)
  }
  if (report.stops.length > 0) {
    state.wishes = [...state.wishes, ...report.stops.filter((wish) => !isFulfilled(state, wish))]
  }
  if (ends > 0 || before === 0) state.progressAt = at
}

/** @returns how many targets ended */
function takeRow(state: FleetState, lane: LaneState, cell: number, row: ReportRow): number {
  const { wave, by } = row
  const width = by.length
  for (let counter = 0; counter < width; counter += 1) lane.sums[wave * width + counter]! += by[counter]!
  const of = (counter: keyof typeof counterIndex): number => by[counterIndex[counter]]!
  const ready = of('ready')
  const used = of('used')
  const mine = state.cellReady[cell]!
  mine[wave * perCell.count + perCell.ready]! += ready
  mine[wave * perCell.count + perCell.used]! += used
  enqueue(state, lane, cell, wave)
  const ends = of('succeeded') + of('rolled_back') + of('failed') + of('skipped') + of('held')
  state.open -= ends
  state.failures += of('rolled_back') + of('failed') + of('held')
  if (isStaging(lane, wave)) {
    state.staging += of('running') - used
  } else {
    state.running += of('running')
    state.outstanding -= used
    state.atRisk += of('running') + of('failed') + of('held')
    if (row.domain !== -1) takeDomain(state, cell * 256 + wave, row.domain, ready, of('running'))
  }
  return ends
}

function takeDomain(state: FleetState, place: number, domain: number, ready: number, running: number): void {
  const byDomain = state.cellDomains.get(place) ?? new Map<number, number>()
  state.cellDomains.set(place, byDomain)
  byDomain.set(domain, (byDomain.get(domain) ?? 0) + ready)
  const away = (state.domainRunning.get(domain) ?? 0) + running
  if (away === 0) state.domainRunning.delete(domain)
  else state.domainRunning.set(domain, away)
}
