/** Serial ports: the terminal driver of the system, set up by stty. */
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { inputError } from "../support/errors.js";
import type { Host, SerialPort } from "../support/host.js";
import { missingTool, tools } from "../tools/tool.js";

/** How long to wait before a full output queue is tried again, milliseconds. */
const FULL_MS = 2;

export async function openSerialPort(host: Host, path: string, baud: number): Promise<SerialPort> {
  const settings = ["-F", path, String(baud), "raw", "-echo", "cs8", "-cstopb", "-parenb", "-crtscts", "clocal"];
  const set = await host.run(tools.stty.program, settings);
  if (set.notFound) throw missingTool(tools.stty);
  if (set.exitCode !== 0) throw cannotOpen(path, set.stderr.trim());
  let output: number;
  let input: ReadStream;
  try {
    output = openSync(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
    input = new ReadStream(openSync(path, constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK));
  } catch (error) {
    throw cannotOpen(path, (error as Error).message);
  }
  let failure: Error | undefined;
  input.on("error", (error) => {
    failure = error;
  });
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (failure) throw cannotOpen(path, failure.message);
        try {
          at += writeSync(output, bytes, at);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw cannotOpen(path, (error as Error).message);
          await new Promise((resolve) => setTimeout(resolve, FULL_MS));
        }
      }
    },
    onData: (take) => {
      input.on("data", (chunk: Buffer) => take(new Uint8Array(chunk)));
    },
    async close() {
      input.destroy();
      closeSync(output);
    },
  };
}

const cannotOpen = (path: string, why: string) =>
  inputError("board/cannot-open-port", `cannot use the serial port ${path}: ${why}`, {
    help: "Give the board's port, such as /dev/ttyUSB0; the user needs the right to use it (group dialout on Debian).",
  });
