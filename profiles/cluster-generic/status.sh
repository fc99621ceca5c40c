#!/bin/sh
# What became of a job of slurm: running, success or failed. A job that squeue does not know any more is asked of
# scontrol, and one that nobody knows has failed (a job that ends well writes that down itself).
state=$(squeue --noheader --states=all --format=%T --jobs="$1" 2>/dev/null | head -n 1)
[ -n "$state" ] || state=$(scontrol show job "$1" 2>/dev/null | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p' | head -n 1)
case "$state" in
    COMPLETED) echo success ;;
    PENDING | CONFIGURING | RUNNING | COMPLETING | SUSPENDED | REQUEUED | RESIZING | STAGE_OUT | SIGNALING) echo running ;;
    *) echo failed ;;
esac
