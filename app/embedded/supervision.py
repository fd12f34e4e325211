"""The supervisor's configuration: which processes run, in which order, and how each is stopped."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HEAD = """\
[unix_http_server]
file={socket}
chmod=0700
username=waybill
password={password}

[supervisord]
nodaemon=true
silent=true
identifier=waybill
directory={root}
logfile={logs}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile={logs}/supervisord.pid
childlogdir={logs}
{user}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

GROUP = """
[group:{name}]
programs={programs}
priority={priority}
"""

PROGRAM = """
[program:{name}]
command={command}
directory={directory}
numprocs={processes}
process_name={process_name}
autostart=false
autorestart=true
startsecs=1
startretries=20
stopsignal={stop}
stopwaitsecs={patience}
stopasgroup={as_group}
killasgroup=true
redirect_stderr=true
stdout_logfile={logs}/{process_name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
{user}"""


@dataclass(frozen=True, kw_only=True)
class Program:
    """``as_group``: the stop signal goes to its children as well."""

    name: str
    command: Sequence[str]
    directory: Path
    processes: int = 1
    user: str = ""
    stop: str = "TERM"
    patience: int = 20
    as_group: bool = True


@dataclass(frozen=True, kw_only=True)
class Group:
    """Programs that start and stop at once. ``priority``: low ones start first and stop last."""

    name: str
    priority: int
    programs: Sequence[Program]


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """Where the supervisor listens and writes."""

    socket: Path
    password: str
    root: Path
    logs: Path
    is_root: bool

    def configuration(self, groups: Sequence[Group]) -> str:
        head = HEAD.format(
            socket=_escaped(self.socket),
            password=self.password,
            root=_escaped(self.root),
            logs=_escaped(self.logs),
            user="user=root\n" if self.is_root else "",
        )
        return head + "".join(self._group(group) for group in groups)

    def _group(self, group: Group) -> str:
        names = ",".join(program.name for program in group.programs)
        head = GROUP.format(name=group.name, programs=names, priority=group.priority)
        return head + "".join(self._section(program) for program in group.programs)

    def _section(self, program: Program) -> str:
        suffix = "_%(process_num)d" if program.processes > 1 else ""
        return PROGRAM.format(
            name=program.name,
            command=_escaped(shlex.join(program.command)),
            directory=_escaped(program.directory),
            processes=program.processes,
            process_name=f"%(program_name)s{suffix}",
            stop=program.stop,
            patience=program.patience,
            as_group=str(program.as_group).lower(),
            logs=_escaped(self.logs),
            user=f"user={program.user}\n" if program.user else "",
        )


def _escaped(value: Path | str) -> str:
    return str(value).replace("%", "%%")
