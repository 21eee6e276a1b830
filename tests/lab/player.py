"""player.py ARGUMENT...: a pipeline as gst-launch-1.0 -m plays it, which restarts ICE on SIGUSR1.

It prints only what process.py reads. The element to restart is the one named "ice".
"""
import signal
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402 (the version comes first)


def say(*words):
    print(*words, flush=True)


def on_message(_bus, message, loop):
    kind, source = message.type, message.src.get_name() if message.src else ""
    if kind == Gst.MessageType.PROGRESS:
        _type, code, text = message.parse_progress()
        say(f"Progress: ({code}) {text}")
    elif kind == Gst.MessageType.ELEMENT:
        say(f'Got message #0 from element "{source}" (element):'
            f" {message.get_structure().to_string()}")
    elif kind in (Gst.MessageType.ERROR, Gst.MessageType.WARNING):
        is_error = kind == Gst.MessageType.ERROR
        error, debug = message.parse_error() if is_error else message.parse_warning()
        say(f"{'ERROR' if is_error else 'WARNING'}: from element {source}: {error.message}")
        say(debug)
        if is_error:
            loop.quit()
    elif kind == Gst.MessageType.EOS:
        loop.quit()
    return True


def main():
    Gst.init(None)
    loop = GLib.MainLoop()
    pipeline = Gst.parse_launchv(sys.argv[1:])
    bus = pipeline.get_bus()
    bus.add_watch(GLib.PRIORITY_DEFAULT, on_message, loop)

    def restart():
        say("Restarting ICE")
        pipeline.get_by_name("ice").emit("restart-ice")
        return GLib.SOURCE_CONTINUE

    def leave():
        loop.quit()
        return GLib.SOURCE_CONTINUE

    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, restart)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT, leave)
    say("Setting pipeline to PAUSED ...")
    pipeline.set_state(Gst.State.PLAYING)
    loop.run()
    pipeline.set_state(Gst.State.NULL)
    bus.remove_watch()


if __name__ == "__main__":
    main()
