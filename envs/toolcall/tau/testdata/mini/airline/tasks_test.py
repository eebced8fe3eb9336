from tau_bench.types import Action, Task

TASKS = [
    Task(
        annotator="gym",
        user_id="cy_fern_3",
        instruction="You are cy_fern_3. Book the direct flight from SFO to JFK on May 20, economy, with your certificate and your credit card.",
        actions=[
            Action(
                name="book_reservation",
                kwargs={
                    "user_id": "cy_fern_3",
                    "origin": "SFO",
                    "destination": "JFK",
                    "flight_type": "one_way",
                    "cabin": "economy",
                    "flights": [{"flight_number": "GYM003", "date": "2024-05-20"}],
                    "passengers": [
                        {"first_name": "Cy", "last_name": "Fern", "dob": "1980-01-02"}
                    ],
                    "payment_methods": [
                        {"payment_id": "certificate_3", "amount": 100},
                        {"payment_id": "credit_card_3", "amount": 150},
                    ],
                    "total_baggages": 0,
                    "nonfree_baggages": 0,
                    "insurance": "no",
                },
            ),
        ],
        outputs=[],
    ),
]
