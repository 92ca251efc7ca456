// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"strings"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { on((*VCenter).answerVM) }

// Question is what a machine asks while a task works on it. The task goes on
// when it is answered.
type Question struct {
	Method  string // whose task is held up, such as "ReconfigVM_Task"
	Message string // the id of the message, such as "msg.cdromdisconnect.locked"
	Text    string
	Choices []string                       // their labels; the answer is their place, from "0"
	Refusal map[string]vim.BaseMethodFault // what an answer ends the task in; others let it go on
}

// CDROMLocked is what a guest that has locked its CD-ROM drive asks when the
// drive is to be changed.
var CDROMLocked = Question{
	Method: "ReconfigVM_Task", Message: "msg.cdromdisconnect.locked",
	Text:    "The guest operating system has locked the CD-ROM door and is probably using the CD-ROM. Disconnect anyway and override the lock?",
	Choices: []string{"button.yes", "button.no"},
	Refusal: map[string]vim.BaseMethodFault{"1": &vim.GenericVmConfigFault{Reason: "Connection control operation failed for disk 'ide0:0'."}},
}

// questions are those that will be asked, and those that wait for an answer.
type questions struct {
	mu    sync.Mutex
	asked int
	next  map[ref]Question
	open  map[ref]chan string
}

// Ask makes a machine ask a question once, in the next task of its method.
func (v *VCenter) Ask(vm vim.ManagedObjectReference, q Question) {
	v.index.resolve(&vm)
	v.questions.mu.Lock()
	defer v.questions.mu.Unlock()
	if v.questions.next == nil {
		v.questions.next, v.questions.open = map[ref]Question{}, map[ref]chan string{}
	}
	v.questions.next[vm] = q
}

// question asks what there is to ask in a task and waits for the answer. It
// returns the fault that ends the task, if the answer does.
func (v *VCenter) question(entity mo.Reference, method string, cancel <-chan struct{}) vim.BaseMethodFault {
	vm, ok := entity.(*simulator.VirtualMachine)
	if !ok {
		return nil
	}
	s := &v.questions
	s.mu.Lock()
	q, ok := s.next[vm.Self]
	if !ok || q.Method != method {
		s.mu.Unlock()
		return nil
	}
	s.asked++
	id, answer := fmt.Sprint(s.asked), make(chan string, 1)
	delete(s.next, vm.Self)
	s.open[vm.Self] = answer
	s.mu.Unlock()
	v.setQuestion(vm, q.info(id))
	defer v.setQuestion(vm, nil)
	select {
	case choice := <-answer:
		return q.Refusal[choice]
	case <-cancel:
	case <-v.ctx.Done():
	}
	return new(vim.RequestCanceled)
}

func (q *Question) info(id string) *vim.VirtualMachineQuestionInfo {
	info := &vim.VirtualMachineQuestionInfo{
		Id: id, Text: q.Message + ":" + q.Text, Message: []vim.VirtualMachineMessage{{Id: q.Message, Text: q.Text}},
	}
	for i, label := range q.Choices {
		name := strings.TrimPrefix(label, "button.")
		info.Choice.ChoiceInfo = append(info.Choice.ChoiceInfo, &vim.ElementDescription{Description: vim.Description{Label: label, Summary: name}, Key: fmt.Sprint(i)})
	}
	return info
}

func (v *VCenter) setQuestion(vm *simulator.VirtualMachine, info *vim.VirtualMachineQuestionInfo) {
	unlock := v.lock(v.context(), vm)
	defer unlock()
	vm.Runtime.Question = info
	v.hub.changed(vm.Self)
}

func (v *VCenter) answerVM(_ *simulator.Context, vm *simulator.VirtualMachine, req *vim.AnswerVM) soap.HasFault {
	v.questions.mu.Lock()
	defer v.questions.mu.Unlock()
	open, asked := v.questions.open[vm.Self], vm.Runtime.Question
	if open == nil || asked == nil || asked.Id != req.QuestionId {
		return faultBody(new(vim.ConcurrentAccess))
	}
	for _, choice := range asked.Choice.ChoiceInfo {
		if choice.GetElementDescription().Key == req.AnswerChoice {
			delete(v.questions.open, vm.Self)
			open <- req.AnswerChoice
			return reply[methods.AnswerVMBody](new(vim.AnswerVMResponse), nil)
		}
	}
	return faultBody(&vim.InvalidArgument{InvalidProperty: "answerChoice"})
}
