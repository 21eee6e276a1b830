"""gst-ice-rendezvous in the lab's public segment, with the lab's servers to tell of."""
import os
import subprocess

from hosts import LabError
from turnserver import PORT, SECRET

ROOM = "lab"


class Rendezvous:
    """A context: the server runs inside. Credentials are its own to make, for lab.turn2."""

    def __init__(self, lab, program):
        self.lab, self.program = lab, program
        self.process = None

    def __enter__(self):
        address, turn = self.lab.turn.addresses[0], self.lab.turn2.addresses[0]
        command = [self.program, f"--address={address}", "--port=0", "--log-level=error",
                   f"--stun-uri=stun:{address}:{PORT}",
                   f"--turn-uri=turn:{turn}:{PORT}?transport=udp",
                   f"--turn-uri=turn:{turn}:{PORT}?transport=tcp"]
        self.process = self.lab.network.servers.popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            env=dict(os.environ, GST_ICE_RENDEZVOUS_TURN_SECRET=SECRET))
        # The first line, as it says by itself, is "port N".
        said = self.process.stdout.readline().split()
        if len(said) != 2 or said[0] != b"port":
            self.__exit__()
            raise LabError(f"{self.program} does not start")
        self.room = f"ws://{address}:{int(said[1])}/{ROOM}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
