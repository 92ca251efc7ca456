// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// questionGrace is how long a task on a machine runs before the machine is
// watched for questions. Most tasks end sooner, and cost no further call.
const questionGrace = 2 * time.Second

// cdromLocked is the message of a guest that has locked its CD-ROM drive.
const cdromLocked = "msg.cdromdisconnect.locked"

// questionError is a question of vSphere that this provider has no answer to.
type questionError struct {
	asked vim.VirtualMachineQuestionInfo
}

func (e *questionError) Error() string {
	var choices []string
	for _, c := range e.asked.Choice.ChoiceInfo {
		choices = append(choices, choiceName(c.GetElementDescription()))
	}
	return fmt.Sprintf("vSphere asks %q, with the choices %s. Answer it in the vSphere client, then run this again",
		questionText(&e.asked), strings.Join(choices, ", "))
}

// await waits for the task that a call on a machine has started. A question of
// the machine is answered if it can be, and else ends the wait: the task would
// wait for as long.
func await(ctx context.Context, c *vsphere.Client, vm, task vsphere.Ref, err error) error {
	if err != nil {
		return err
	}
	waiting, stop := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		if rest(waiting, questionGrace) {
			stop(watchQuestions(waiting, c, vm))
		}
	}()
	_, err = c.Wait(waiting, task, nil)
	stop(nil)
	<-watched
	if asked := (*questionError)(nil); err != nil && errors.As(context.Cause(waiting), &asked) {
		return asked
	}
	return err
}

// watchQuestions answers the questions of a machine until ctx ends, or there is
// one that it cannot answer. A machine that cannot be watched is left to itself.
func watchQuestions(ctx context.Context, c *vsphere.Client, vm vsphere.Ref) error {
	answered := ""
	err := c.WaitFor(ctx, vm, []string{"runtime.question"}, func(content vim.ObjectContent) (bool, error) {
		for _, p := range content.PropSet {
			asked, ok := p.Val.(vim.VirtualMachineQuestionInfo)
			if !ok || asked.Id == answered {
				continue
			}
			choice, known := answerTo(&asked)
			if !known {
				return false, &questionError{asked}
			}
			answered = asked.Id
			if _, err := methods.AnswerVM(ctx, c, &vim.AnswerVM{This: vm, QuestionId: asked.Id, AnswerChoice: choice}); err != nil {
				return false, &questionError{asked}
			}
		}
		return false, nil
	})
	if asked := (*questionError)(nil); errors.As(err, &asked) {
		return asked
	}
	<-ctx.Done()
	return nil
}

// answerTo returns the choice that answers a question, if there is no doubt
// about it: a locked CD-ROM drive is disconnected, since its change was planned.
func answerTo(asked *vim.VirtualMachineQuestionInfo) (choice string, known bool) {
	locked := strings.HasPrefix(asked.Text, cdromLocked)
	for _, m := range asked.Message {
		locked = locked || m.Id == cdromLocked
	}
	if !locked {
		return "", false
	}
	for _, c := range asked.Choice.ChoiceInfo {
		if d := c.GetElementDescription(); strings.EqualFold(choiceName(d), "yes") {
			return d.Key, true
		}
	}
	return "", false
}

func questionText(asked *vim.VirtualMachineQuestionInfo) string {
	if len(asked.Message) > 0 && asked.Message[0].Text != "" {
		return asked.Message[0].Text
	}
	return asked.Text
}

func choiceName(d *vim.ElementDescription) string {
	if d.Summary != "" {
		return d.Summary
	}
	return strings.TrimPrefix(d.Label, "button.")
}
