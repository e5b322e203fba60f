/** A folder with a small runbook whose effects are lines of a log; for tests of the commands that run it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExitCode } from '../../src/cli/command.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { type CapturedIo, captureIo } from './captured-io.ts'

export interface Said {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
}

export class RunWorld {
  readonly root: string = mkdtempSync(join(tmpdir(), 'rollbook-world-'))

  constructor(phases: string, more = '') {
    this.write(
      'inventory.yaml',
      'rollbook: inventory/v1\nname: here\ntargets:\n  n1: {kind: node}\n  n2: {kind: node}\n',
    )
    this.write(
      'run.yaml',
      `rollbook: runbook/v1
name: small
title: A small upgrade
version: 1.0.0
roles:
  operator: {title: Operator}
  change_manager: {title: Change manager}
${more}
phases:
${phases}`,
    )
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.root, name), text)
  }

  read(name: string): string {
    const path = join(this.root, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }

  io(over: Parameters<typeof captureIo>[0] = {}): CapturedIo {
    return captureIo({ cwd: this.root, env: { ...process.env }, now: () => Date.now(), ...over })
  }

  /** Runs a command line in this process. */
  async say(...words: readonly string[]): Promise<Said> {
    const io = this.io()
    const code = await runCli(words, io)
    return { code, out: io.out(), err: io.err() }
  }

  /** Starts the run `r1`, unattended. */
  start(...words: readonly string[]): Promise<Said> {
    return this.say('run', 'run.yaml', '-i', 'inventory.yaml', '--id', 'r1', '--unattended', '--by', 'Ines', ...words)
  }

  async status(): Promise<StatusJson> {
    return JSON.parse((await this.say('status', 'r1', '--json')).out) as StatusJson
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

export interface StatusJson {
  readonly status: string
  readonly outcome?: string
  readonly waiting: readonly { readonly kind: string; readonly step: string; readonly command: string }[]
  readonly steps: { readonly done: number; readonly total: number }
  readonly carried_out_by: { readonly presence: string } | null
}
