import { readFile } from 'node:fs/promises';
import {
  createSimulator,
  parseScenario,
  type Simulator,
  type SimulatorControl,
  startSimulatorControl,
} from '@zaphub/providers';
import type { SimulatorConfig } from '../simulator-config.ts';

/**
 * Opens the simulated network with its scenario and, where a port was named, its control endpoint. Another worker that
 * has the port already does as well: what happens there happens to the network of the folder.
 * @throws Error when the scenario cannot be read
 */
export async function openSimulator(
  config: SimulatorConfig,
  onWritten: () => void,
): Promise<{ readonly simulator: Simulator; readonly control: SimulatorControl | undefined }> {
  const { scenarioFile, controlPort, ...options } = config;
  const scenario =
    scenarioFile === undefined ? {} : { scenario: parseScenario(await readFile(scenarioFile, 'utf8')) };
  const simulator = createSimulator({ ...options, ...scenario, onWritten });
  if (controlPort === undefined) return { simulator, control: undefined };
  try {
    const control = await startSimulatorControl(simulator, {
      journalDir: config.journalDir,
      port: controlPort,
    });
    return { simulator, control };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      return { simulator, control: undefined };
    }
    await simulator.close();
    throw error;
  }
}
