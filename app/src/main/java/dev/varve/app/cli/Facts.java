package dev.varve.app.cli;

import java.io.PrintWriter;
import picocli.CommandLine.ExitCode;
import tools.jackson.databind.json.JsonMapper;

/** What a command found, for programs. */
final class Facts {

    private Facts() {}

    /** Prints them as one line of JSON; the exit code of a command that has nothing else to say. */
    static int print(Object facts, PrintWriter out) {
        out.println(JsonMapper.shared().writeValueAsString(facts));
        out.flush();
        return ExitCode.OK;
    }
}
