from django.urls import path

from network.pages import crisis_views, item_views, plan_views, print_views, views
from network.saved import share_views

urlpatterns = [
    path("", views.my_network, name="my_network"),
    path("marks/", views.marks, name="kept_marks"),
    path("keep/", views.keep, name="keep"),
    path("unkeep/", views.unkeep, name="unkeep"),
    path("undo/", views.undo, name="undo"),
    path("move/", views.move, name="move"),
    path("clear/", views.clear_device, name="clear_device"),
    path("leaving/", views.leaving, name="leaving"),
    path("note/<slug:slug>/", item_views.note, name="note"),
    path("people/", item_views.people, name="people"),
    path("people/new/", item_views.person, name="new_person"),
    path("people/<uuid:pk>/", item_views.person, name="person"),
    path("plan/", plan_views.plan, name="plan"),
    path("plan/<slug:key>/", item_views.step, name="step"),
    path("goals/new/", item_views.goal, name="new_goal"),
    path("goals/<uuid:pk>/", item_views.goal, name="goal"),
    path("week/", plan_views.my_week, name="week"),
    path("week/dates.ics", plan_views.dates, name="dates"),
    path("week/new/", item_views.appointment, name="new_appointment"),
    path("week/zone/", item_views.zone, name="zone"),
    path("week/<uuid:pk>/", item_views.appointment, name="appointment"),
    path("off/<uuid:pk>/", item_views.take_off, name="take_off"),
    path("paper/plan/", print_views.paper_plan, name="paper_plan"),
    path("paper/card/", print_views.card, name="paper_card"),
    path("paper/list/", print_views.paper_list, name="paper_list"),
    path("share/", share_views.share, name="share"),
    path("share/keep/", share_views.keep_shared, name="keep_shared"),
    path("near/", crisis_views.near, name="near"),
    path("small-steps/", crisis_views.small_steps, name="small_steps"),
]
