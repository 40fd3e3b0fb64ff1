"""Plans over the API: levels in force, a plan made, and two hands at one level."""

from __future__ import annotations

from until import until

SENT = {"Idempotency-Key": "a program"}


def test_levels_in_force_and_two_hands_at_one(own_client, own_house):
    """RFC 9110, 13.1.1: an override sent with the tag of a level that was decided since is refused; the other hand's stands."""
    item = own_house.workspace.plan().rows["item"][3]
    seen = own_client.get(f"/api/v1/levels/{item}")
    assert seen.json()["decision_id"] == ""
    mine = {"item": item, "reorder_point": 5, "order_up_to": 9, "reason": "mine"}
    tag = {"If-Match": seen.headers["etag"]}
    assert own_client.post("/api/v1/overrides", json=mine, headers=tag).status_code == 201
    told = own_client.post("/api/v1/overrides", json={**mine, "reorder_point": 6, "reason": "theirs"}, headers=tag)
    assert (told.status_code, told.json()["title"]) == (412, "Changed meanwhile")
    assert own_client.get(f"/api/v1/levels/{item}").json()["reorder_point"] == 5
    assert own_client.get("/api/v1/levels/none").status_code == 404


def test_a_plan_is_made_by_another_process(own_client, own_house):
    before = own_client.get("/api/v1/plans").json()
    assert (before["n_plans"], before["making"]) == (1, False)
    assert own_client.post("/api/v1/plans", json={"settings": {"holding_rte": 1}}).status_code == 422
    assert not own_client.get("/api/v1/plans").json()["making"]
    assert "make plan" not in [one.action for one in own_house.people.changes()], "what was not begun is not on record"
    assert (
        own_client.post("/api/v1/plans", json={"settings": {"holding_rate": 0.4, "anatomy_items": 0, "coming_items": 0}}).status_code == 202
    )
    now = until(lambda: None if (told := own_client.get("/api/v1/plans").json())["making"] else told)
    assert (now["n_plans"], now["why"]) == (2, "")
    assert now["plans"][0]["plan_id"] == now["made"] == own_house.workspace.latest()
    assert own_house.workspace.plan_entry().settings["holding_rate"] == 0.4
