/** One file, so that suites that share a rig do not build it twice at the same time. */
import "./random.js";
import "./throughput.js";
