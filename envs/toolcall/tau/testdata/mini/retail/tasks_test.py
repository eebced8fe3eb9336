"""Tasks of our own making, in tau-bench's form."""
from tau_bench.types import Action, Task

TASKS_TEST = [
    Task(
        annotator="gym",
        user_id="ada_reed_1",
        instruction="You are Ada Reed from 05001. Cancel your pending order: you no longer need it. Ask how much is on your gift card afterwards.",
        actions=[
            Action(
                name="cancel_pending_order",
                kwargs={"order_id": "#W1", "reason": "no longer needed"},
            ),
        ],
        outputs=["36.6"],
    ),
    Task(
        annotator="gym",
        user_id="bo_reed_2",
        instruction="You are Bo Reed from 05002. You want to get back what you gave for an order that you have lost.",
        actions=[
            Action(name="transfer_to_human_agents", kwargs={"summary": "a lost order"}),
        ],
        outputs=[],
    ),
]
