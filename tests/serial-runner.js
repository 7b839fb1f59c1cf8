import Runner from "jest-runner";

/** Runs its test files one after another, before or after all others. */
export default class SerialRunner extends Runner {
  isSerial = true;
}
