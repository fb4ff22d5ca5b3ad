import { Command } from 'commander'
import { addAccountCommands } from './account.ts'
import { addBuyerCommands } from './buyer.ts'
import { addCallsCommand } from './calls.ts'
import type { CommandLine } from './command-line.ts'
import { addCredentialCommands } from './credential.ts'
import { addDeliveryCommands } from './delivery.ts'
import { addEndpointCommands } from './endpoint.ts'
import { addExportCommand } from './export.ts'
import { addImportCommands } from './import.ts'
import { addKeyCommands } from './key.ts'
import { addOrderCommands } from './order.ts'
import { addProductCommands } from './product.ts'
import { addServeCommands } from './serve.ts'
import { addSignCommand } from './sign.ts'
import { addStatusCommand } from './status.ts'
import { addVerifyCommand } from './verify.ts'

/** The whole command line. A mistake in it throws commander's own error. */
export function buildProgram(line: CommandLine): Command {
  const program = new Command('countersign')
    .description('A self-hosted order gateway: many order protocols, one order book.')
    .version(line.version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => line.print(text.trimEnd()),
      writeErr: (text) => line.printError(text.trimEnd()),
    })
    .showSuggestionAfterError()
    .addHelpText('after', '\nSettings come from the environment and from .env; see the README.')
  addServeCommands(program, line)
  addAccountCommands(program, line)
  addCredentialCommands(program, line)
  addProductCommands(program, line)
  addImportCommands(program, line)
  addExportCommand(program, line)
  addOrderCommands(program, line)
  addBuyerCommands(program, line)
  addEndpointCommands(program, line)
  addDeliveryCommands(program, line)
  addKeyCommands(program, line)
  addStatusCommand(program, line)
  addSignCommand(program, line)
  addVerifyCommand(program, line)
  addCallsCommand(program, line)
  return program
}
