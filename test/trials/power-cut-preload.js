// Loaded into a gateway by NODE_OPTIONS: the server that it starts gets the shim of the trial.
import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'

const { POWER_CUT_SHIM, POWER_CUT_DIR, POWER_CUT_SETTING = '' } = process.env

childProcess.spawn = new Proxy(childProcess.spawn, {
  apply(spawn, self, [program, args, options]) {
    const isServer = POWER_CUT_SHIM !== undefined && /[\\/]postgres$/.test(program)
    if (!isServer) return Reflect.apply(spawn, self, [program, args, options])
    const env = { ...options.env, LD_PRELOAD: POWER_CUT_SHIM, POWER_CUT_DIR }
    // What comes last counts: that is how the trial takes away what keeps writes safe.
    const settings = POWER_CUT_SETTING.split(',').filter((setting) => setting !== '')
    const more = settings.flatMap((setting) => ['-c', setting])
    return Reflect.apply(spawn, self, [program, [...args, ...more], { ...options, env }])
  },
})
syncBuiltinESMExports()
