package choice

import "fmt"

// Freeze makes the present weights the reference policy of Config.RefKL. The
// first Update does so if nobody did.
func (p *Policy) Freeze() error {
	if p.learner.ref == nil {
		ref, err := p.weights.Clone()
		if err != nil {
			return fmt.Errorf("choice: freeze: %w", err)
		}
		p.learner.ref = ref
		return nil
	}
	if err := p.learner.ref.CopyFrom(p.weights); err != nil {
		return fmt.Errorf("choice: freeze: %w", err)
	}
	return nil
}

// reference fills in the reference policy's log-probabilities.
func (p *Policy) reference(samples []sample) error {
	if p.learner.ref == nil {
		if err := p.Freeze(); err != nil {
			return err
		}
	}
	s, err := newScorer(p.config, p.learner.ref)
	if err != nil {
		return err
	}
	defer s.close()
	for from := 0; from < len(samples); from += p.config.Minibatch {
		part := samples[from:min(len(samples), from+p.config.Minibatch)]
		var rows []*row
		for i := range part {
			rows = append(rows, part[i].row)
		}
		scores, _, err := s.run(rows)
		if err != nil {
			return err
		}
		for i := range part {
			part[i].ref = logProb(scores[s.batch.first[i]:][:rows[i].size()], part[i].row.taken)
		}
	}
	return nil
}
