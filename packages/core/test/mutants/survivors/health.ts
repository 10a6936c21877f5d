import type { Explanation } from './explanation.ts'

export const health: readonly Explanation[] = [
  {
    file: 'health/step-health.ts',
    from: "if (before === undefined && (one.judgement.kind === 'fine' || one.judgement.kind === 'no-data')) return",
    to: [
      'if (false) return',
      "if (before === undefined && (one.judgement.kind === 'fine' && one.judgement.kind === 'no-data')) return",
      "if (before === undefined && (false || one.judgement.kind === 'no-data')) return",
      `if (before === undefined && (one.judgement.kind === "" || one.judgement.kind === 'no-data')) return`,
      "if (before === undefined && (one.judgement.kind === 'fine' || false)) return",
      `if (before === undefined && (one.judgement.kind === 'fine' || one.judgement.kind === "")) return`,
    ],
    why: 'a shortcut for rules that are fine: without it they have no episode before and after, and nothing changes',
  },
  {
    file: 'health/step-health.ts',
    from: 'return effects.length === 0 ? nothing : effects',
    to: ['return false ? nothing : effects'],
    why: 'an empty list either way; the shared one saves memory',
  },
  {
    file: 'health/step-health.ts',
    from: 'if (before !== undefined && wasOpen && after === undefined)',
    to: ['if (true && wasOpen && after === undefined)'],
    why: 'an open episode always has an episode; the check is for the compiler',
  },
  {
    file: 'health/step-health.ts',
    from: 'const stillFlapping = state.flap?.flapping ?? false',
    to: ['const stillFlapping = state.flap?.flapping ?? true'],
    why: 'without a flap, the first change gives a penalty of 1, which does not flap',
  },
  {
    file: 'health/step-health.ts',
    from: 'for (const episode of state.episodes ?? []) verdict = worst([verdict, statusOf(episode)])',
    to: [
      'for (const episode of state.episodes ?? ["Stryker was here"]) verdict = worst([verdict, statusOf(episode)])',
    ],
    why: 'a string has no status and ranks below all of them',
  },
  {
    file: 'health/step-health.ts',
    from: 'for (const episode of state.episodes ?? []) due = Math.min(due, episode.dueAwake ?? due)',
    to: [
      'for (const episode of state.episodes ?? ["Stryker was here"]) due = Math.min(due, episode.dueAwake ?? due)',
    ],
    why: 'the string has no due time',
  },
  {
    file: 'health/step-health.ts',
    from: "if (episode.phase === 'pending') return 'healthy'",
    to: [`if (episode.phase === 'pending') return ""`],
    why: 'an unknown string ranks below healthy, and a pending rule is never reported',
  },
  {
    file: 'health/flap.ts',
    from: 'return flap.atAwake + halfLifeMs * Math.log2(flap.penalty / endsAt)',
    to: ['return flap.atAwake + halfLifeMs * Math.log2(flap.penalty * endsAt)'],
    why: '`endsAt` is 1, so multiplying by it and dividing by it give the same',
  },
  {
    file: 'health/health-of.ts',
    from: "const stored = { rule, status: status === 'healthy' ? 'unknown' : status, value, limit, since } as const",
    to: [
      `const stored = { rule, status: status === 'healthy' ? "" : status, value, limit, since } as const`,
      "const stored = { rule, status: false ? 'unknown' : status, value, limit, since } as const",
      `const stored = { rule, status: status === "" ? 'unknown' : status, value, limit, since } as const`,
    ],
    why: 'only open or failing rules are reported, and none of them is healthy; the check is for the compiler',
  },
  {
    file: 'health/status.ts',
    from: "return healthStatuses[rank] ?? 'unknown'",
    to: ['return healthStatuses[rank] ?? ""'],
    why: 'each rank has a status; the check is for the compiler',
  },
  {
    file: 'health/rules/stale.ts',
    from: "return inMs === undefined ? FINE : { kind: 'fine', recheckInMs: inMs }",
    to: ["return false ? FINE : { kind: 'fine', recheckInMs: inMs }"],
    why: 'the result is equal, only a new object',
  },
  {
    file: 'health/rules/error-rate.ts',
    from: 'if (failed === 0) return FINE',
    to: ['if (false) return FINE'],
    why: 'a ratio of 0 reaches no limit, so the result is fine in any case',
  },
  {
    file: 'health/rules/live-run.ts',
    from: 'const usualMs = p99Ms !== undefined && samples >= enoughSamples ? p99Ms : undefined',
    to: ['const usualMs = true && samples >= enoughSamples ? p99Ms : undefined'],
    why: 'if the quantile is undefined, the result is undefined either way',
  },
  {
    file: 'health/rules/user.ts',
    from: "if (typeof found !== 'object' || found === null) throw wrong('a finding or undefined', found)",
    to: ["if (typeof found !== 'object' || false) throw wrong('a finding or undefined', found)"],
    why: 'the caller has already handled `null` as fine; the check is for the compiler',
  },
]
